import type { Map as MapLibre, MapGeoJSONFeature, PointLike } from 'maplibre-gl';
import type { LedgerCode, LonLat } from '../api/types';
import type { Fleet } from '../live/fleet';
import type { FleetLayer } from './fleetLayer';
import { TILED } from './ledgers';
import { CLOSURE_PICK } from './roadClosures';

/** Pick is what stands where a person clicked. */
export interface Pick {
  kind: LedgerCode | 'incident';
  id: string;
  name: string;
  point: LonLat;
  properties: Record<string, unknown>;
}

const POINTS = ['shelter', 'depot', 'team', 'hazard', 'camera'];
const AREAS = ['risk_zone', 'division', 'cell'];

function asPick(f: MapGeoJSONFeature, at: LonLat): Pick {
  const point = f.geometry.type === 'Point' ? (f.geometry.coordinates as LonLat) : at;
  const p = f.properties;
  const kind = (f.source === 'closure' || (TILED as readonly string[]).includes(f.source) ? f.source : 'incident') as Pick['kind'];
  return { kind, id: String(p.id), name: String(p.name ?? p.label ?? ''), point, properties: p };
}

/** pickAt finds the thing at a point of the screen: incidents before units, units before closures and places, those before areas. */
export function pickAt(map: MapLibre, fleet: Fleet, layer: FleetLayer | undefined, point: { x: number; y: number }, reach: number): Pick | null {
  const { lng, lat } = map.unproject([point.x, point.y]);
  const at: LonLat = [lng, lat];
  const box: [PointLike, PointLike] = [[point.x - reach / 3, point.y - reach / 3], [point.x + reach / 3, point.y + reach / 3]];
  const of = (ids: readonly string[], where: PointLike | [PointLike, PointLike]) => {
    const layers = ids.filter((id) => map.getLayer(id));
    return layers.length ? map.queryRenderedFeatures(where, { layers })[0] : undefined;
  };
  const incident = of(['incident'], box);
  if (incident) return asPick(incident, at);
  const unitId = layer?.pick(point, reach);
  const slot = unitId === undefined ? undefined : fleet.slotOf(unitId);
  if (slot !== undefined) {
    const unit = fleet.units[slot]!;
    return { kind: 'unit', id: unit.id, name: unit.call_sign || unit.name, point: [fleet.lon[slot]!, fleet.lat[slot]!], properties: { ...unit } };
  }
  const place = of(CLOSURE_PICK.sign, box) ?? of(POINTS, box) ?? of(CLOSURE_PICK.road, [point.x, point.y]) ?? of(['risk_zone'], [point.x, point.y]) ?? of(AREAS, [point.x, point.y]);
  return place ? asPick(place, at) : null;
}

/** pickPoint lets a person point at a place: a click, or null for Escape and an aborted signal. */
export function pickPoint(map: MapLibre, signal?: AbortSignal): Promise<LonLat | null> {
  return new Promise((done) => {
    const canvas = map.getCanvas();
    canvas.style.cursor = 'crosshair';
    const end = (at: LonLat | null) => {
      canvas.style.cursor = '';
      map.off('click', click);
      removeEventListener('keydown', key, true);
      signal?.removeEventListener('abort', abort);
      done(at);
    };
    const click = (e: { lngLat: { lng: number; lat: number }; preventDefault(): void }) => {
      e.preventDefault();
      end([e.lngLat.lng, e.lngLat.lat]);
    };
    const key = (e: KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      end(null);
    };
    const abort = () => end(null);
    map.on('click', click);
    addEventListener('keydown', key, true);
    signal?.addEventListener('abort', abort);
  });
}

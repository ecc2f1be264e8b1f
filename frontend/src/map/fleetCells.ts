import type { Feature, FeatureCollection, Point } from 'geojson';
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { Fleet } from '../live/fleet';
import { SOS } from '../live/protocol';
import { LOOKS, lookOf, type Look } from '../ui/look';
import { FONT } from './base';
import { FEW_BELOW } from './fleetLayer';
import { lonLatOf, mercator, worldPx } from './mercator';
import { CASING, token } from './palette';
import type { Slot } from './style';

const CELL = 52; // px
const CLOSE = 0.55; // of a cell's width
const GRAVITY: readonly Look[] = ['distress', 'scene', 'enroute', 'return', 'avail', 'wait', 'oos'];
const SLOT: Slot = 'top';

interface Cell {
  n: number;
  x: number; // sums over the units, mercator
  y: number;
  look: number; // place in GRAVITY
}

/** merged joins cells whose circles would cover one another, the smaller into the larger. */
function merged(cells: Cell[], grid: number): Cell[] {
  const kept: Cell[] = [];
  for (const cell of cells.sort((a, b) => b.n - a.n)) {
    const host = kept.find((k) => Math.hypot(k.x / k.n - cell.x / cell.n, k.y / k.n - cell.y / cell.n) * grid < CLOSE);
    if (!host) {
      kept.push(cell);
      continue;
    }
    host.n += cell.n;
    host.x += cell.x;
    host.y += cell.y;
    host.look = Math.min(host.look, cell.look);
  }
  return kept;
}

/** countCells counts the units in each cell of CELL px; colour goes by the gravest state among them. */
export function countCells(fleet: Fleet, zoom: number): FeatureCollection<Point> {
  const grid = worldPx(Math.floor(zoom * 2) / 2) / CELL;
  const cells = new Map<string, Cell>();
  for (let i = 0; i < fleet.length; i++) {
    const unit = fleet.units[i];
    if (!unit || fleet.flags[i]! & SOS) continue;
    const [x, y] = mercator(fleet.lon[i]!, fleet.lat[i]!);
    const key = `${Math.floor(x * grid)}/${Math.floor(y * grid)}`;
    const cell = cells.get(key) ?? { n: 0, x: 0, y: 0, look: GRAVITY.length };
    cell.n++;
    cell.x += x;
    cell.y += y;
    cell.look = Math.min(cell.look, GRAVITY.indexOf(lookOf(unit.status)));
    cells.set(key, cell);
  }
  const features = merged([...cells.values()], grid).map(
    (c): Feature<Point> => ({ type: 'Feature', properties: { n: c.n, look: GRAVITY[c.look] }, geometry: { type: 'Point', coordinates: lonLatOf(c.x / c.n, c.y / c.n) } }),
  );
  return { type: 'FeatureCollection', features };
}

/** FleetCells shows counts where single units would hide one another. */
export class FleetCells {
  private shown = false;
  visible = true;
  private readonly map: MapLibre;
  private readonly fleet: Fleet;

  constructor(map: MapLibre, fleet: Fleet, scale: number) {
    this.map = map;
    this.fleet = fleet;
    map.addSource('fleet-cells', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    const radius = ['interpolate', ['linear'], ['get', 'n'], 1, 9 * scale, 40, 20 * scale] as never;
    const colour = ['match', ['get', 'look'], ...LOOKS.flatMap((l) => [l, token(`--st-${l}`)]), '#8B9096'] as never;
    map.addLayer({ id: 'fleet-cells', type: 'circle', source: 'fleet-cells', maxzoom: FEW_BELOW, paint: { 'circle-radius': radius, 'circle-color': CASING, 'circle-opacity': 0.94, 'circle-stroke-width': 2.5 * scale, 'circle-stroke-color': colour } }, SLOT);
    map.addLayer({ id: 'fleet-cells-n', type: 'symbol', source: 'fleet-cells', maxzoom: FEW_BELOW, layout: { 'text-field': ['to-string', ['get', 'n']], 'text-font': FONT, 'text-size': 12 * scale, 'text-allow-overlap': true, 'text-padding': 9 * scale }, paint: { 'text-color': '#EAF0F6' } }, SLOT);
    map.on('zoomend', () => this.update());
  }

  /** update counts again, or clears what is not to be seen. */
  update(): void {
    const wanted = this.visible && this.map.getZoom() < FEW_BELOW;
    if (!wanted && !this.shown) return;
    this.shown = wanted;
    const data = wanted ? countCells(this.fleet, this.map.getZoom()) : { type: 'FeatureCollection' as const, features: [] };
    this.map.getSource<GeoJSONSource>('fleet-cells')?.setData(data);
  }
}

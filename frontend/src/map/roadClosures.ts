import type { Feature, FeatureCollection, Geometry, Position } from 'geojson';
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { Closure, ClosureNow } from '../api/road';
import type { LonLat } from '../api/types';
import { FONT } from './base';
import { anchor } from './incidentLayer';
import type { Palette } from './palette';
import type { SignKind } from './roadSigns';

/** ClosureShown is a closure with what its ledger entry adds, where that has been read. */
export interface ClosureShown extends ClosureNow {
  detail?: Partial<Closure>;
}

/** CLOSURE_PICK are the map layers a click on a closure hits, the sign first. */
export const CLOSURE_PICK = { sign: ['closure-sign'], road: ['closure-hit'] } as const;

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** signOf says which sign a closure has, and the number on it. */
export function signOf(c: { speed_factor?: number; detail?: Partial<Closure> }): { kind: SignKind; value: string } {
  const d = c.detail ?? {};
  const limits: [SignKind, number | undefined][] = [['height', d.max_height_m], ['weight', d.max_weight_t], ['width', d.max_width_m]];
  const limit = limits.find(([, n]) => n);
  if (limit) return { kind: limit[0], value: String(Math.round(limit[1]! * 10) / 10) };
  return (c.speed_factor ?? 0) > 0 ? { kind: 'slow', value: '' } : { kind: 'closed', value: '' };
}

/** iconOf is the image name of a closure's sign, the same on the map, in lists and in the legend. */
export function iconOf(c: Pick<ClosureShown, 'speed_factor' | 'state' | 'confidence' | 'detail'>): string {
  const { kind, value } = signOf(c);
  return `closure|${kind}|${value}|${c.state === 'in_force' ? 0 : 1}${c.confidence === 'verified' ? 0 : 1}`;
}

const length = (a: Position, b: Position) => Math.hypot((b[0]! - a[0]!) * Math.cos((a[1]! * Math.PI) / 180), b[1]! - a[1]!);

/** middleOf is the point half way along the longest line of a geometry, where its sign stands; of anything else the middle. */
export function middleOf(g: { type: string; coordinates: unknown }): LonLat {
  const lines = (g.type === 'MultiLineString' ? g.coordinates : g.type === 'LineString' ? [g.coordinates] : []) as Position[][];
  const measured = lines.map((l) => l.slice(1).reduce((sum, p, i) => sum + length(l[i]!, p), 0));
  const line = lines[measured.indexOf(Math.max(...measured))];
  if (!line || line.length < 2) return anchor(g);
  let left = Math.max(...measured) / 2;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const part = length(a, b);
    if (part >= left && part > 0) return [a[0]! + ((b[0]! - a[0]!) * left) / part, a[1]! + ((b[1]! - a[1]!) * left) / part];
    left -= part;
  }
  return line[line.length - 1] as LonLat;
}

/** closureFeatures are what is drawn of closures: the stretches of road, the outline of an area, and the sign. */
export function closureFeatures(closures: Iterable<ClosureShown>): FeatureCollection {
  const features: Feature[] = [];
  for (const c of closures) {
    if (c.state === 'past') continue;
    const planned = c.state === 'planned';
    const { kind } = signOf(c);
    const properties = { id: c.id, name: c.name, icon: iconOf(c), look: planned ? 'planned' : kind === 'closed' || kind === 'slow' ? kind : 'limit' };
    const shape = c.geometry as unknown as Geometry & { coordinates: unknown };
    const roads = (c.roads ?? (/Line/.test(shape.type) ? shape : undefined)) as typeof shape | undefined;
    if (roads) features.push({ type: 'Feature', properties: { ...properties, part: 'road' }, geometry: roads });
    if (/Polygon/.test(shape.type)) features.push({ type: 'Feature', properties: { ...properties, part: 'area' }, geometry: shape });
    const at = /Line|Point/.test(shape.type) && roads ? middleOf(roads) : anchor(shape);
    features.push({ type: 'Feature', properties: { ...properties, part: 'sign' }, geometry: { type: 'Point', coordinates: at } });
  }
  return { type: 'FeatureCollection', features };
}

const is = (key: string, value: string): ['==', ['get', string], string] => ['==', ['get', key], value];

/** closureLayers draw closures so that they read without their colours: a dark casing, and a dash of its own for each look. */
export function closureLayers(scale: number, p: Palette): LayerSpecification[] {
  const wide = (px: number) => ['interpolate', ['linear'], ['zoom'], 8, px * 0.45 * scale, 12, px * 0.8 * scale, 16, px * 1.6 * scale] as unknown as number;
  const line = (id: string, look: string | null, colour: string, px: number, dash?: number[]): LayerSpecification => ({
    id: `closure-${id}`, type: 'line', source: 'closure',
    filter: look ? ['all', is('part', 'road'), is('look', look)] : ['all', is('part', 'road'), ['!=', ['get', 'look'], 'planned']],
    layout: { 'line-join': 'round', 'line-cap': dash ? 'butt' : 'round' },
    paint: { 'line-color': colour, 'line-width': wide(px), ...(dash ? { 'line-dasharray': dash } : {}) },
  });
  const area = (id: string, type: 'fill' | 'line', paint: object) => ({ id: `closure-${id}`, type, source: 'closure', filter: is('part', 'area'), paint }) as LayerSpecification;
  const tint = ['match', ['get', 'look'], 'slow', '#F5B82E', '#F44B40'];
  return [
    area('area', 'fill', { 'fill-color': tint, 'fill-opacity': 0.08 }),
    area('outline', 'line', { 'line-color': tint, 'line-width': 1.6 * scale, 'line-dasharray': [4, 2] }),
    { id: 'closure-hit', type: 'line', source: 'closure', filter: is('part', 'road'), paint: { 'line-color': '#000000', 'line-opacity': 0, 'line-width': 16 * scale } },
    line('casing', null, '#0B0F14', 7.5),
    line('closed', 'closed', '#FFFFFF', 4.8),
    line('closed-dash', 'closed', '#D92D3A', 4.8, [1.1, 0.9]),
    line('slow', 'slow', '#F5B82E', 4.8),
    line('slow-dash', 'slow', '#0B0F14', 4.8, [0.3, 1.4]),
    line('limit', 'limit', '#D92D3A', 5.2),
    line('limit-white', 'limit', '#FFFFFF', 2.6),
    line('planned-casing', 'planned', '#0B0F14', 6.5, [1.6, 1.1]),
    line('planned', 'planned', '#F2808A', 3.6, [2.89, 1.99]),
    { id: 'closure-sign', type: 'symbol', source: 'closure', filter: is('part', 'sign'),
      layout: {
        'icon-image': ['get', 'icon'], 'icon-size': ['interpolate', ['linear'], ['zoom'], 8, 0.6, 12, 0.85, 15, 1.1], 'icon-allow-overlap': true, 'icon-ignore-placement': true,
        'text-field': ['step', ['zoom'], '', 13, ['get', 'name']], 'text-font': FONT, 'text-size': 12 * scale, 'text-anchor': 'top', 'text-offset': [0, 1.3], 'text-max-width': 10, 'text-optional': true,
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 2 * scale } },
  ];
}

/** ClosureLayer shows closures: their stretches below facilities, their signs above them. */
export class ClosureLayer {
  private readonly map: MapLibre;
  private closures: readonly ClosureShown[] = [];
  private on = true;

  constructor(map: MapLibre, scale: number, palette: Palette) {
    this.map = map;
    map.addSource('closure', { type: 'geojson', data: EMPTY });
    for (const layer of closureLayers(scale, palette)) map.addLayer(layer, layer.type === 'symbol' ? 'under-units' : 'under-facilities');
  }

  set(closures: readonly ClosureShown[]): void {
    this.closures = closures;
    this.draw();
  }

  show(on: boolean): void {
    this.on = on;
    this.draw();
  }

  private draw(): void {
    this.map.getSource<GeoJSONSource>('closure')?.setData(this.on ? closureFeatures(this.closures) : EMPTY);
  }
}

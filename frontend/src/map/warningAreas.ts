import type { Feature, FeatureCollection, Geometry, Position } from 'geojson';
import { LngLatBounds, type ExpressionSpecification, type FilterSpecification, type LayerSpecification } from 'maplibre-gl';
import { FONT } from './base';
import type { OneMap } from './oneMap';
import type { OverlayLayer } from './overlay';
import { ALERTS, CASING, PAPER } from './palette';

/** Warned is the ground of a warning as it is drawn: what was drawn by hand and divisions by code. how: real ones are filled, others' edged with dashes, exercises hatched. */
export interface Warned {
  id: string;
  level: number; // 1 to 4, the worst first; 5: none was named
  how: 'real' | 'foreign' | 'exercise';
  label: string;
  polygon?: Geometry;
  divisions: readonly string[];
  chosen?: boolean;
}

const NO_LEVEL = '#8B9096';
const NAME = 'warning';
const SOURCE = 'division';
const colourOf = (level: number): string => ALERTS[level - 1]?.[0] ?? NO_LEVEL;
const CLOSE = 12; // zoom beyond which a small area is not looked at

/** parts are the layers of one warning's kind of drawing, from below; pick takes a property of the warning. */
function parts(pick: (what: 'colour' | 'pattern' | 'label') => unknown, only: (how: string) => unknown, wide: unknown): OverlayLayer[] {
  const colour = pick('colour');
  const edge = { 'line-join': 'round' };
  return [
    { type: 'fill', filter: only('real'), paint: { 'fill-color': colour, 'fill-opacity': 0.26 } },
    { type: 'fill', filter: only('foreign'), paint: { 'fill-color': colour, 'fill-opacity': 0.12 } },
    { type: 'fill', filter: only('exercise'), paint: { 'fill-pattern': pick('pattern'), 'fill-opacity': 0.55 } },
    { type: 'line', filter: only('*'), layout: edge, paint: { 'line-color': CASING, 'line-width': ['+', wide, 3], 'line-opacity': 0.8 } },
    { type: 'line', filter: only('real'), layout: edge, paint: { 'line-color': colour, 'line-width': wide } },
    { type: 'line', filter: only('foreign'), paint: { 'line-color': colour, 'line-width': wide, 'line-dasharray': [3, 1.6] } },
    { type: 'line', filter: only('exercise'), paint: { 'line-color': colour, 'line-width': wide, 'line-dasharray': [1, 1] } },
    { type: 'symbol', filter: only('*'), layout: { 'symbol-placement': 'line', 'symbol-spacing': 240, 'text-allow-overlap': true, 'text-ignore-placement': true, 'text-field': pick('label'), 'text-font': FONT, 'text-size': 12.5, 'text-offset': [0, 0.9], 'text-max-angle': 30 }, paint: { 'text-color': PAPER, 'text-halo-color': CASING, 'text-halo-width': 2 } },
  ];
}

const DRAWN = parts((what) => ['get', what], (how) => (how === '*' ? ['has', 'how'] : ['==', ['get', 'how'], how]), ['case', ['get', 'chosen'], 4.5, 2.6]).map((l): OverlayLayer => ({ ...l, under: 'places' }));

function drawn(all: readonly Warned[]): FeatureCollection {
  const features = all.flatMap((w): Feature[] => (w.polygon ? [{ type: 'Feature', geometry: w.polygon, properties: { how: w.how, label: w.label, colour: colourOf(w.level), pattern: `hatch|${colourOf(w.level).slice(1)}`, chosen: !!w.chosen } }] : []));
  return { type: 'FeatureCollection', features };
}

/** named are the layers of the divisions that are warned, each painted by the worst that warns it. */
function named(all: readonly Warned[], name: string): LayerSpecification[] {
  const first = new Map<string, Warned>();
  for (const w of all) for (const code of w.divisions) if (!first.has(code)) first.set(code, w);
  if (!first.size) return [];
  const by = (of: (w: Warned) => string | number, none: string | number) => ['match', ['get', 'code'], ...[...first].flatMap(([code, w]) => [code, of(w)]), none] as unknown as ExpressionSpecification;
  const of = { colour: (w: Warned) => colourOf(w.level), pattern: (w: Warned) => `hatch|${colourOf(w.level).slice(1)}`, label: (w: Warned) => w.label };
  const none = { colour: NO_LEVEL, pattern: `hatch|${NO_LEVEL.slice(1)}`, label: '' };
  const only = (how: string): FilterSpecification => ['in', ['get', 'code'], ['literal', [...first].filter(([, w]) => how === '*' || w.how === how).map(([code]) => code)]];
  return parts((what) => by(of[what], none[what]), only, by((w) => (w.chosen ? 4.5 : 2.6), 2.6)).map((l, i) => ({ ...l, id: `${name}-division-${i}`, source: SOURCE, 'source-layer': SOURCE }) as LayerSpecification);
}

const shown = new WeakMap<OneMap, Map<string, { key: string; ids: string[] }>>();

/** drawWarned shows the ground of warnings under a name, the worst first; an empty list takes them away. */
export function drawWarned(one: OneMap, all: readonly Warned[], name = NAME): void {
  one.setOverlay(name, drawn([...all].reverse()), DRAWN); // the worst lies on top
  const mine = shown.get(one) ?? new Map<string, { key: string; ids: string[] }>();
  shown.set(one, mine);
  const layers = one.map.getSource(SOURCE) ? named(all, name) : [];
  const key = JSON.stringify(layers);
  const before = mine.get(name);
  if (before?.key === key) return;
  for (const id of before?.ids ?? []) if (one.map.getLayer(id)) one.map.removeLayer(id);
  for (const layer of layers) one.map.addLayer(layer, 'under-places');
  mine.set(name, { key, ids: layers.map((l) => l.id) });
}

/** clearWarned takes them off a map for good. */
export function clearWarned(one: OneMap, name = NAME): void {
  drawWarned(one, [], name);
  one.removeOverlay(name);
  shown.get(one)?.delete(name);
}

function extend(bounds: LngLatBounds, g: Geometry): void {
  const each = (c: unknown): void => {
    if (Array.isArray(c) && typeof c[0] === 'number') bounds.extend([(c as Position)[0]!, (c as Position)[1]!]);
    else if (Array.isArray(c)) c.forEach(each);
  };
  if ('coordinates' in g) each(g.coordinates);
}

/** lookAtWarned shows the whole ground of a warning; divisions the map has not loaded leave it at the whole city. */
export function lookAtWarned(one: OneMap, w: Pick<Warned, 'polygon' | 'divisions'>): void {
  const bounds = new LngLatBounds();
  if (w.polygon) extend(bounds, w.polygon);
  if (w.divisions.length) {
    const found = one.map.querySourceFeatures(SOURCE, { sourceLayer: SOURCE, filter: ['in', ['get', 'code'], ['literal', [...w.divisions]]] });
    if (new Set(found.map((f) => f.properties.code)).size < w.divisions.length) return one.home();
    for (const f of found) extend(bounds, f.geometry);
  }
  if (bounds.isEmpty()) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  one.map.fitBounds(bounds, { padding: 60, maxZoom: CLOSE, duration: still ? 0 : 500 });
}

/** divisionUnder is the township under a point of the screen as the map has it drawn, or the county; empty: none. */
export function divisionUnder(one: OneMap, point: { x: number; y: number }): string {
  if (!one.map.getLayer(SOURCE)) return '';
  const here = one.map.queryRenderedFeatures([point.x, point.y], { layers: [SOURCE] });
  const of = (level: string) => here.find((f) => f.properties.level === level)?.properties.code as string | undefined;
  return of('township') ?? of('county') ?? '';
}

/** pickDivisions hears the division under every click until what it returns is called. */
export function pickDivisions(one: OneMap, hear: (code: string) => void): () => void {
  const release = one.hold();
  const canvas = one.map.getCanvas();
  canvas.style.cursor = 'crosshair';
  const click = (e: { point: { x: number; y: number } }) => {
    const code = divisionUnder(one, e.point);
    if (code) hear(code);
  };
  one.map.on('click', click);
  return () => {
    one.map.off('click', click);
    canvas.style.cursor = '';
    release();
  };
}

import type { Feature, FeatureCollection } from 'geojson';
import type { MapMouseEvent } from 'maplibre-gl';
import type { LonLat } from '../api/types';
import type { OneMap } from './oneMap';

/** SketchShape is what is being drawn: a point is there with its first click, a line or an area with Enter or a double click. */
export type SketchShape = 'point' | 'line' | 'area';
/** SketchHearer hears the vertices so far, and whether the shape is finished; cancel is Escape. */
export interface SketchHearer {
  change(points: readonly LonLat[], done: boolean): void;
  cancel(): void;
}
/** Sketch is a drawing in progress. */
export interface Sketch {
  start(shape: SketchShape, points?: readonly LonLat[]): void;
  undo(): void;
  finish(): void;
  stop(): void;
}

const SAME = 6; // px within which a second click is the end of a double click
const LEAST: Record<SketchShape, number> = { point: 1, line: 2, area: 3 };

/** startSketch lets a person draw by clicks; keys act while no field or button has the focus. */
export function startSketch(one: OneMap, hear: SketchHearer): Sketch {
  const { map } = one;
  let shape: SketchShape = 'point';
  let points: LonLat[] = [];
  let done = false;
  let pointer: LonLat | undefined;
  const release = one.hold();
  const canvas = map.getCanvas();
  canvas.style.cursor = 'crosshair';
  map.doubleClickZoom.disable();

  const tell = () => {
    paint();
    hear.change(points, done);
  };
  const paint = () => one.setOverlay('sketch', sketched(shape, done || !pointer || !points.length ? points : [...points, pointer], points), SKETCH_LAYERS);
  const add = (p: LonLat) => {
    if (shape === 'point') [points, done] = [[p], true];
    else if (done) return;
    else points = [...points, p];
    tell();
  };
  const finish = () => {
    if (done || points.length < LEAST[shape]) return;
    done = true;
    tell();
  };
  const undo = () => {
    if (!points.length) return;
    [points, done] = [points.slice(0, -1), false];
    tell();
  };
  const middle = (): LonLat => [map.getCenter().lng, map.getCenter().lat];
  const click = (e: MapMouseEvent) => {
    e.preventDefault();
    const last = points.at(-1);
    const at = last && map.project(last);
    if (at && shape !== 'point' && Math.hypot(at.x - e.point.x, at.y - e.point.y) < SAME) return finish();
    add([e.lngLat.lng, e.lngLat.lat]);
  };
  const move = (e: MapMouseEvent) => {
    if (done || shape === 'point' || !points.length) return;
    pointer = [e.lngLat.lng, e.lngLat.lat];
    paint();
  };
  const key = (e: KeyboardEvent) => {
    if (e.key === 'Escape' && !document.querySelector('[role="dialog"]')) return taken(e, hear.cancel);
    if ((e.target as HTMLElement | null)?.closest?.('input, textarea, select, button, summary, [role="dialog"]')) return;
    if (e.key === 'Backspace') taken(e, undo);
    else if (e.key === ' ') taken(e, () => add(middle()));
    else if (e.key === 'Enter' && !done) taken(e, () => (shape === 'point' ? add(middle()) : finish()));
  };
  map.on('click', click);
  map.on('mousemove', move);
  addEventListener('keydown', key, true);
  return {
    start(next, from = []) {
      [shape, points, pointer] = [next, [...from], undefined];
      done = shape === 'point' && points.length > 0;
      tell();
    },
    undo,
    finish,
    stop() {
      map.off('click', click);
      map.off('mousemove', move);
      removeEventListener('keydown', key, true);
      map.doubleClickZoom.enable();
      canvas.style.cursor = '';
      one.removeOverlay('sketch');
      release();
    },
  };
}

function taken(e: KeyboardEvent, act: () => void): void {
  e.preventDefault();
  e.stopPropagation();
  act();
}

const RED = '#F44B40';
const SKETCH_LAYERS = [
  { type: 'fill' as const, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': RED, 'fill-opacity': 0.14 } },
  { type: 'line' as const, filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': '#0B0F14', 'line-width': 4.5 } },
  { type: 'line' as const, filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': '#FFFFFF', 'line-width': 2, 'line-dasharray': [2, 1.5] } },
  { type: 'circle' as const, filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 5, 'circle-color': RED, 'circle-stroke-color': '#FFFFFF', 'circle-stroke-width': 2 } },
];

/** sketched is what is drawn of a shape in progress: its outline with the pointer, its vertices without. */
export function sketched(shape: SketchShape, outline: readonly LonLat[], vertices: readonly LonLat[]): FeatureCollection {
  const features: Feature[] = vertices.map((p) => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: p } }));
  if (shape === 'area' && outline.length > 2) features.unshift({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[...outline, outline[0]!]] } });
  else if (shape !== 'point' && outline.length > 1) features.unshift({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [...outline] } });
  return { type: 'FeatureCollection', features };
}

import type { Feature, FeatureCollection, Geometry } from 'geojson';
import type { ClosurePreview, ReachAnswer, RouteAnswer } from '../api/road';
import type { LonLat } from '../api/types';
import { FONT } from './base';
import type { OneMap } from './oneMap';
import type { OverlayLayer } from './overlay';
import { SEQUENCE } from './palette';
import { middleOf } from './roadClosures';

const NONE: FeatureCollection = { type: 'FeatureCollection', features: [] };
const ROUTE = '#5AB8FF';
const DARK = '#0B0F14';
const feature = (geometry: unknown, properties: Record<string, unknown> = {}): Feature => ({ type: 'Feature', properties, geometry: geometry as Geometry });
const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });
const wide = (px: number) => ['interpolate', ['linear'], ['zoom'], 8, px * 0.6, 13, px, 17, px * 1.6];
const round = { 'line-join': 'round', 'line-cap': 'round' };

const eta: OverlayLayer = {
  type: 'symbol', under: 'top', filter: ['==', ['geometry-type'], 'Point'],
  layout: { 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 15, 'text-allow-overlap': true, 'text-ignore-placement': true, 'text-padding': 4 },
  paint: { 'text-color': '#FFFFFF', 'text-halo-color': DARK, 'text-halo-width': 3 },
};
const line = (paint: object, layout: object = round): OverlayLayer => ({ type: 'line', under: 'units', filter: ['!=', ['geometry-type'], 'Point'], layout, paint });

const ROUTE_LAYERS: Record<'hover' | 'select', OverlayLayer[]> = {
  hover: [line({ 'line-color': DARK, 'line-width': wide(5), 'line-opacity': 0.75 }), line({ 'line-color': ROUTE, 'line-width': wide(2.4) }), eta],
  select: [line({ 'line-color': DARK, 'line-width': wide(9) }), line({ 'line-color': '#FFFFFF', 'line-width': wide(6.8) }), line({ 'line-color': '#1E7FD6', 'line-width': wide(5) }), eta],
};

/** drawRoute shows a way with its time at the middle, or takes it away. */
export function drawRoute(one: OneMap, mode: 'hover' | 'select', answer: RouteAnswer | undefined, text: string): void {
  const has = answer?.reachable && answer.line;
  one.setOverlay(`route-${mode}`, has ? collection([feature(has), feature({ type: 'Point', coordinates: middleOf(has) }, { text })]) : NONE, ROUTE_LAYERS[mode]);
}

/** bandColour is the colour of ring i, the nearest first: the nearer, the brighter. */
export const bandColour = (i: number): string => SEQUENCE[Math.max(0, SEQUENCE.length - 1 - i)]!;

const REACH_LAYERS: OverlayLayer[] = [
  { type: 'fill', under: 'places', filter: ['==', ['get', 'part'], 'band'], layout: { 'fill-sort-key': ['-', 0, ['get', 'limit']] }, paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.22, 'fill-antialias': false } },
  { type: 'line', under: 'places', filter: ['==', ['get', 'part'], 'band'], layout: { ...round, 'line-sort-key': ['-', 0, ['get', 'limit']] }, paint: { 'line-color': DARK, 'line-width': 4, 'line-opacity': 0.8 } },
  { type: 'line', under: 'places', filter: ['==', ['get', 'part'], 'band'], layout: { ...round, 'line-sort-key': ['-', 0, ['get', 'limit']] }, paint: { 'line-color': ['get', 'colour'], 'line-width': 2.2 } },
  { type: 'symbol', under: 'facilities', filter: ['==', ['get', 'part'], 'band'], layout: { 'symbol-placement': 'line', 'symbol-spacing': 420, 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 12, 'text-max-angle': 60, 'text-keep-upright': true }, paint: { 'text-color': '#FFFFFF', 'text-halo-color': DARK, 'text-halo-width': 2.2 } },
  { type: 'circle', under: 'units', filter: ['==', ['get', 'part'], 'centre'], paint: { 'circle-radius': 7, 'circle-color': '#FFFFFF', 'circle-stroke-color': DARK, 'circle-stroke-width': 3 } },
];

/** drawReach shows the rings, their limits written along their edges, or takes them away. */
export function drawReach(one: OneMap, shown: { answer?: ReachAnswer; at: LonLat } | undefined): void {
  const bands = [...(shown?.answer?.bands ?? [])].sort((a, b) => a.limit_s - b.limit_s);
  const features = bands.map((b, i) => feature(b.area, { part: 'band', limit: b.limit_s, colour: bandColour(i), text: `${Math.round(b.limit_s / 6) / 10}′` }));
  one.setOverlay('reach', shown ? collection([...features.reverse(), feature({ type: 'Point', coordinates: shown.at }, { part: 'centre' })]) : NONE, REACH_LAYERS);
}

const SHORT = 60; // m of road that would not be seen as a line

/** drawPreview marks the stretches a closure would cover, and where there is next to none the place itself. */
export function drawPreview(one: OneMap, preview: ClosurePreview | undefined): void {
  one.setOverlay('closure-preview', preview?.roads ? collection([feature(preview.roads), ...(preview.road_m < SHORT ? [feature({ type: 'Point', coordinates: middleOf(preview.roads) })] : [])]) : NONE, [
    line({ 'line-color': '#FFFFFF', 'line-width': wide(9), 'line-opacity': 0.9 }),
    line({ 'line-color': '#F44B40', 'line-width': wide(6), 'line-dasharray': [1, 0.6] }, { 'line-join': 'round' }),
    { type: 'circle', under: 'units', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 13, 'circle-color': '#F44B40', 'circle-opacity': 0.25, 'circle-stroke-color': '#F44B40', 'circle-stroke-width': 3 } },
  ]);
}

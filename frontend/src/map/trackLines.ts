import type { Feature, FeatureCollection, Geometry } from 'geojson';
import type { LonLat } from '../api/types';
import type { OneMap } from './oneMap';
import type { OverlayLayer } from './overlay';
import { raster, type Shape } from './shape';

/** TrackDrawing is a track as it is drawn: runs of one class of speed, lines along its direction, gaps, and the points that stand out. */
export interface TrackDrawing {
  runs: { line: LonLat[]; speed: number }[];
  ways: LonLat[][];
  gaps: LonLat[][];
  points: LonLat[];
  jumps: LonLat[];
  cries: LonLat[];
  ends: LonLat[];
}

const NONE: FeatureCollection = { type: 'FeatureCollection', features: [] };
const DARK = '#0B0F14';
const PAPER = '#FFFFFF';
/** TRACK_COLOURS are the classes of speed, the slowest first, and last that of a speed nobody knows. */
export const TRACK_COLOURS = ['#7F93F0', '#3FB4DA', '#6CC48A', '#E4E67A', '#F58B6B', '#B4BBC3'] as const;
const WIDTHS = [2.6, 3, 3.4, 3.9, 4.5, 2.6] as const; // px: the faster, the broader too
const RED = '#F44B40';

const ARROW: Shape[] = [{ d: 'M6 3l13 9-13 9 3.5-9z', fill: PAPER, stroke: DARK, width: 2 }];
const CROSS: Shape[] = [{ d: 'M5 5l14 14M19 5L5 19', stroke: DARK, width: 7 }, { d: 'M5 5l14 14M19 5L5 19', stroke: RED, width: 3.5 }];
const CRY: Shape[] = [{ d: 'M12 2.5l10.5 19h-21z', fill: RED, stroke: DARK, width: 2 }, { d: 'M12 9v6M12 17.5v1.5', stroke: PAPER, width: 2.2 }];
const HERE: Shape[] = [{ d: 'M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z', fill: PAPER, stroke: DARK, width: 2 }, { d: 'M12 5.5l4.8 11.5-4.8-2.6-4.8 2.6z', fill: DARK }];
const STAND: Shape[] = [{ d: 'M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z', fill: PAPER, stroke: DARK, width: 2 }, { d: 'M12 8.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7z', fill: DARK }];
const IMAGES: Record<string, readonly [shapes: Shape[], px: number]> = { 'track-arrow': [ARROW, 13], 'track-jump': [CROSS, 15], 'track-cry': [CRY, 22], 'track-here': [HERE, 24], 'track-stand': [STAND, 24] };
const SHARP = 2;

const is = (part: string) => ['==', ['get', 'part'], part];
const round = { 'line-join': 'round', 'line-cap': 'round' };
const by = (values: readonly (string | number)[]) => ['match', ['get', 'speed'], ...values.slice(0, -1).flatMap((v, i) => [i, v]), values.at(-1)!];
const icon = (part: string, image: string): OverlayLayer => ({ type: 'symbol', under: 'top', filter: is(part), layout: { 'icon-image': image, 'icon-allow-overlap': true, 'icon-ignore-placement': true } });
const LAYERS: OverlayLayer[] = [
  { type: 'line', under: 'units', filter: is('gap'), layout: round, paint: { 'line-color': DARK, 'line-width': 4, 'line-opacity': 0.7 } },
  { type: 'line', under: 'units', filter: is('gap'), paint: { 'line-color': TRACK_COLOURS[5], 'line-width': 2, 'line-dasharray': [2, 2] } },
  { type: 'line', under: 'units', filter: is('run'), layout: round, paint: { 'line-color': DARK, 'line-width': by(WIDTHS.map((w) => w + 2.8)) } },
  { type: 'line', under: 'units', filter: is('run'), layout: round, paint: { 'line-color': by(TRACK_COLOURS), 'line-width': by(WIDTHS) } },
  { type: 'symbol', under: 'units', filter: is('way'), layout: { 'symbol-placement': 'line', 'symbol-spacing': 90, 'icon-image': 'track-arrow', 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-rotation-alignment': 'map' } },
  { type: 'circle', under: 'units', filter: is('point'), minzoom: 13, paint: { 'circle-radius': 2.6, 'circle-color': PAPER, 'circle-stroke-color': DARK, 'circle-stroke-width': 1.4 } },
  { type: 'circle', under: 'units', filter: is('end'), paint: { 'circle-radius': 5, 'circle-color': PAPER, 'circle-stroke-color': DARK, 'circle-stroke-width': 2.5 } },
  icon('jump', 'track-jump'),
  icon('cry', 'track-cry'),
];
const HERE_LAYERS: OverlayLayer[] = [
  { type: 'symbol', under: 'top', layout: { 'icon-image': ['get', 'image'], 'icon-rotate': ['get', 'heading'], 'icon-rotation-alignment': 'map', 'icon-allow-overlap': true, 'icon-ignore-placement': true }, paint: { 'icon-opacity': ['get', 'opacity'] } },
];

const feature = (part: string, geometry: Geometry, more: object = {}): Feature => ({ type: 'Feature', properties: { part, ...more }, geometry });
const many = (part: string, coordinates: LonLat[]): Feature[] => (coordinates.length ? [feature(part, { type: 'MultiPoint', coordinates })] : []);

function images(one: OneMap): void {
  for (const [name, [shapes, px]] of Object.entries(IMAGES)) {
    if (!one.map.hasImage(name)) one.map.addImage(name, raster(shapes, px * SHARP), { pixelRatio: SHARP });
  }
}

/** drawTrack shows a track, or takes it away. */
export function drawTrack(one: OneMap, d: TrackDrawing | undefined): void {
  images(one);
  one.setOverlay('track', d ? {
    type: 'FeatureCollection',
    features: [
      ...d.gaps.map((line) => feature('gap', { type: 'LineString', coordinates: line })),
      ...d.runs.map((r) => feature('run', { type: 'LineString', coordinates: r.line }, { speed: r.speed })),
      ...d.ways.map((line) => feature('way', { type: 'LineString', coordinates: line })),
      ...many('point', d.points), ...many('end', d.ends), ...many('jump', d.jumps), ...many('cry', d.cries),
    ],
  } : NONE, LAYERS);
}

/** drawHere marks where the unit was at the moment that is looked at, pale when nobody knows where it was then. */
export function drawHere(one: OneMap, here: { at: LonLat; heading: number | null; known: boolean } | undefined): void {
  images(one);
  one.setOverlay('track-here', here ? {
    type: 'FeatureCollection',
    features: [feature('here', { type: 'Point', coordinates: here.at }, { image: here.heading === null ? 'track-stand' : 'track-here', heading: here.heading ?? 0, opacity: here.known ? 1 : 0.45 })],
  } : NONE, HERE_LAYERS);
}

/** clearTrack takes all of it off the map. */
export function clearTrack(one: OneMap): void {
  one.removeOverlay('track');
  one.removeOverlay('track-here');
}

import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { expect, test } from 'vitest';
import { symbolOf } from './images';
import { PALETTES } from './palette';
import { closureFeatures, closureLayers, iconOf, middleOf, type ClosureShown } from './roadClosures';
import { bandColour } from './roadLines';
import { sketched } from './roadSketch';

const road = { type: 'MultiLineString', coordinates: [[[119.5, 39.9], [119.6, 39.9]], [[119.6, 39.9], [119.6, 39.91]]] };
const closure = (more: Partial<ClosureShown> = {}): ClosureShown => ({
  id: 'c1', version: 1, code: 'A', name: '汤河桥阻断', division: '130302', state: 'in_force', cause: 'flood', confidence: 'reported', speed_factor: 0, segments: 2,
  geometry: { type: 'LineString', coordinates: [[119.5, 39.9], [119.6, 39.9]] }, roads: road, ...more,
} as ClosureShown);

test('the layers of closures are a valid style', () => {
  const style = { version: 8 as const, sources: { closure: { type: 'geojson' as const, data: { type: 'FeatureCollection' as const, features: [] } } }, layers: closureLayers(1, PALETTES.dark) };
  expect(validateStyleMin({ ...style, glyphs: 'x/{fontstack}/{range}' } as never).map((e) => e.message)).toEqual([]);
});

test('a sign says what a closure does, and whether to trust it', () => {
  expect(iconOf(closure())).toBe('closure|closed||01');
  expect(iconOf(closure({ speed_factor: 0.3, confidence: 'verified' }))).toBe('closure|slow||00');
  expect(iconOf(closure({ detail: { max_height_m: 4.5 }, state: 'planned' }))).toBe('closure|height|4.5|11');
  expect(symbolOf(iconOf(closure({ detail: { max_weight_t: 20 } })))!.length).toBeGreaterThan(3);
});

test('the sign stands half way along the longest stretch', () => {
  const [lon, lat] = middleOf(road);
  expect(lon).toBeCloseTo(119.55, 6);
  expect(lat).toBe(39.9);
  expect(middleOf({ type: 'Point', coordinates: [1, 2] })).toEqual([1, 2]);
});

test('what is drawn: roads and sign, an outline for an area, nothing of the past', () => {
  const parts = (c: ClosureShown) => closureFeatures([c]).features.map((f) => `${f.properties!.part}/${f.properties!.look}`);
  expect(parts(closure())).toEqual(['road/closed', 'sign/closed']);
  expect(parts(closure({ state: 'planned' }))).toEqual(['road/planned', 'sign/planned']);
  expect(parts(closure({ geometry: { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] as never }, roads: undefined }))).toEqual(['area/closed', 'sign/closed']);
  expect(parts(closure({ state: 'past' }))).toEqual([]);
});

test('the nearest ring is the brightest', () => {
  expect([0, 1, 4, 9].map(bandColour)).toEqual(['#E4E67A', '#6CC48A', '#2A3A6B', '#2A3A6B']);
});

test('a shape in progress is drawn with the pointer, its vertices without', () => {
  const kinds = (shape: 'point' | 'line' | 'area', n: number) => sketched(shape, Array.from({ length: n }, (_, i) => [i, 0]), [[0, 0]]).features.map((f) => f.geometry.type);
  expect(kinds('line', 2)).toEqual(['LineString', 'Point']);
  expect(kinds('area', 2)).toEqual(['LineString', 'Point']);
  expect(kinds('area', 3)).toEqual(['Polygon', 'Point']);
  expect(kinds('point', 1)).toEqual(['Point']);
});

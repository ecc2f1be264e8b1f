import { expect, test } from 'vitest';
import { classOf, drawingOf, figuresOf, indexAt, metres, nearest, partsOf, pointsOf, trusted, type TrackCollection, type TrackPoint } from './trace';
import { localOf, ofLocal, rangeOf } from './window';

const T0 = Date.parse('2026-11-23T12:00:00Z');
const p = (s: number, lon: number, more: Partial<TrackPoint> = {}): TrackPoint => ({ lon, lat: 40, at: T0 + s * 1000, speed: 10, heading: null, doubtful: false, sos: false, ...more });
const iso = (s: number) => new Date(T0 + s * 1000).toISOString();

test('an answer is read point by point, one alone too, with what is flagged', () => {
  const common = { unit: 'u', code: 'U', part: 0, fixes: 3, step_s: 0, within_m: 0 };
  const answer = { type: 'FeatureCollection', features: [
    { type: 'Feature', geometry: { type: 'Point', coordinates: [119.9, 40] }, properties: { ...common, part: 1, times: [iso(2000)], speeds_mps: [null], headings_deg: [90], sos: [0] } },
    { type: 'Feature', geometry: { type: 'LineString', coordinates: [[119.5, 40], [119.6, 40]] }, properties: { ...common, times: [iso(0), iso(10)], speeds_mps: [0, 12], headings_deg: [null, 5], doubtful: [1] } },
  ] } as unknown as TrackCollection;
  expect(pointsOf(answer)).toEqual([p(0, 119.5, { speed: 0 }), p(10, 119.6, { speed: 12, heading: 5, doubtful: true }), p(2000, 119.9, { speed: null, heading: 90, sos: true })]);
});

test('a speed nobody knows is no speed of zero', () => {
  expect([classOf(0), classOf(5 / 3.6), classOf(29 / 3.6), classOf(95 / 3.6), classOf(null)]).toEqual([0, 1, 1, 4, 5]);
});

test('a silence of more than ten minutes parts the track, also when only a doubtful point lies in it', () => {
  expect(partsOf([p(0, 1), p(600, 2), p(1201, 3)]).map((part) => part.length)).toEqual([2, 1]);
  const all = [p(0, 119.5), p(500, 121, { doubtful: true }), p(900, 119.6)];
  const d = drawingOf(all);
  expect(d.gaps).toEqual([[[119.5, 40], [119.6, 40]]]);
  expect([d.runs, d.ways, d.jumps, d.ends.length]).toEqual([[], [], [[121, 40]], 4]);
});

test('what is drawn passes through every trusted point once, in runs of one class that touch', () => {
  let seed = 11;
  const dice = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 200; round++) {
    let s = 0;
    const all = Array.from({ length: dice(40) }, (_, i) => p((s += 1 + dice(dice(5) ? 60 : 1500)), 119 + i / 1000, { speed: dice(4) ? dice(40) : null, doubtful: !dice(7), sos: !dice(9) }));
    const d = drawingOf(all), good = trusted(all), parts = partsOf(good);
    expect(d.points).toEqual(good.map((g) => [g.lon, g.lat]));
    expect(d.jumps.length + d.points.length).toBe(all.length);
    expect(d.gaps.length).toBe(Math.max(0, parts.length - 1));
    expect(d.cries.length).toBe(all.filter((g) => g.sos).length);
    expect(d.runs.reduce((n, r) => n + r.line.length - 1, 0), 'pieces').toBe(parts.reduce((n, part) => n + part.length - 1, 0));
    expect(d.runs.every((r) => r.line.length > 1)).toBe(true);
    expect(figuresOf(all)).toMatchObject({ points: good.length, doubtful: all.length - good.length, gaps: d.gaps.length });
  }
});

test('length leaves out gaps and jumps, the fastest is the fastest trusted', () => {
  const all = [p(0, 119.5), p(10, 119.51, { speed: 20 }), p(12, 125, { speed: 99, doubtful: true }), p(2000, 119.6)];
  const f = figuresOf(all);
  expect(f.length).toBeCloseTo(metres(all[0]!, all[1]!), 6);
  expect(f.length).toBeGreaterThan(850);
  expect(f.length).toBeLessThan(855);
  expect(f).toMatchObject({ points: 3, doubtful: 1, fastest: 20, gaps: 1, silent: 1_990_000 });
  expect(figuresOf([p(0, 1, { speed: null })])).toMatchObject({ fastest: null, length: 0 });
});

test('the last point at or before a moment is found', () => {
  const all = [p(0, 1), p(10, 2), p(20, 3)];
  expect([-1, 0, 9, 10, 25].map((s) => indexAt(all, T0 + s * 1000))).toEqual([-1, 0, 0, 1, 2]);
  expect(indexAt([], T0)).toBe(-1);
});

test('the nearest point within reach is taken, none beyond it', () => {
  const all = [p(0, 119.5), p(10, 119.502), p(20, 119.6)];
  expect(nearest(all, [119.5015, 40], [0.002, 0.001])?.lon).toBe(119.502);
  expect(nearest(all, [119.55, 40], [0.002, 0.001])).toBeUndefined();
});

test('a time is asked for as it is meant, or what is wrong with it is named', () => {
  const asked = { span: 'range' as const, from: '2026-11-23T08:00', to: '2026-11-23T20:00' };
  expect(rangeOf({ ...asked, span: '6h' }, T0)).toEqual({ from: T0 - 21_600_000 });
  expect(rangeOf(asked, T0)).toEqual({ from: Date.parse('2026-11-23T00:00:00Z'), to: T0 });
  expect(rangeOf({ ...asked, span: 'task', task: iso(-90) }, T0)).toEqual({ from: T0 - 90_000 });
  expect(rangeOf({ ...asked, span: 'task' }, T0)).toBe('empty');
  expect([rangeOf({ ...asked, to: '' }, T0), rangeOf({ ...asked, to: asked.from }, T0), rangeOf({ ...asked, from: '2026-10-01T00:00' }, T0)]).toEqual(['empty', 'order', 'long']);
  expect([localOf(T0), ofLocal(localOf(T0))]).toEqual(['2026-11-23T20:00', T0]);
});

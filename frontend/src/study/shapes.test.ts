import { describe, expect, it } from 'vitest';
import { bounds, disc, gapShapes, shareShapes, siteShapes, type Areas } from './shapes';
import type { Result, Row } from './variants';

const square = (x: number) => ({ type: 'Polygon' as const, coordinates: [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]] });
const areas: Areas = {
  type: 'FeatureCollection',
  features: ['a', 'b', 'c'].map((code, i) => ({ type: 'Feature', properties: { code, name: code }, geometry: square(i) })),
};

describe('study shapes', () => {
  it('colours what has a figure, hatches what has none, leaves out the rest', () => {
    const rows = [{ division: 'a', name: 'A', people_share: 0.5 }, { division: 'b', name: 'B' }] as Row[];
    expect(shareShapes(areas, rows).features.map((f) => f.properties)).toEqual([{ code: 'a', name: 'A', class: 2 }, { code: 'b', name: 'B', class: -1 }]);
  });

  it('says the people of a gap, but nothing where nobody lives', () => {
    const gaps = { type: 'FeatureCollection', features: [1200, 0].map((people) => ({ type: 'Feature', properties: { people }, geometry: square(0) })) };
    expect(gapShapes({ gaps } as unknown as Result).features.map((f) => f.properties['say'])).toEqual(['1\u2009200', '']);
    expect(gapShapes(undefined).features).toEqual([]);
  });

  it('numbers candidates from one', () => {
    expect(siteShapes([[1, 2], [3, 4]]).features.map((f) => f.properties['say'])).toEqual(['1', '2']);
  });

  it('draws a disc of the right size, closed', () => {
    const ring = disc([119, 40], 10_000);
    expect(ring[0]).toEqual(ring[64]);
    const east = Math.max(...ring.map((p) => p[0]!)) - 119, north = Math.max(...ring.map((p) => p[1]!)) - 40;
    expect(north * 111_195).toBeCloseTo(10_000, -1);
    expect(east * 111_195 * Math.cos((40 * Math.PI) / 180)).toBeCloseTo(10_000, -2);
  });

  it('knows its bounds', () => {
    expect(bounds(areas.features)).toEqual([0, 0, 3, 1]);
    expect(bounds([])).toBeUndefined();
  });
});

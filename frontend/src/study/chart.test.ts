import { describe, expect, it } from 'vitest';
import { countiesFigure, distancesFigure, overlapFigure, type Words } from './chart';
import type { Answer, Row } from './variants';

const w: Words = { base: 'base', now: 'now', overlap: ['0', '1', '2', '3+'], distance: (m) => `${m} m` };
const row = (name: string, people: number, overlap: number[], share?: number): Row => ({
  division: name, name, people, people_covered: people - overlap[0]!, people_share: share, area_m2: 1, area_covered_m2: 1, overlap,
});

describe('study chart', () => {
  it('puts the baseline first, matched by division', () => {
    const f = countiesFigure([row('a', 10, [5, 5, 0, 0], 0.5), row('b', 0, [0, 0, 0, 0])], [row('b', 0, [0, 0, 0, 0]), row('a', 10, [9, 1, 0, 0], 0.1)], w);
    expect(f.series).toEqual([{ name: 'base', values: [0.1, undefined], base: true }, { name: 'now', values: [0.5, undefined] }]);
  });

  it('shows overlap as shares that add up to one, nothing where nobody lives', () => {
    const f = overlapFigure([row('a', 10, [2, 3, 4, 1]), row('b', 0, [0, 0, 0, 0])], w);
    expect(f.series.map((s) => s.values[0])).toEqual([0.2, 0.3, 0.4, 0.1]);
    expect(f.series.every((s) => s.values[1] === undefined)).toBe(true);
  });

  it('joins the distances of both, leaving gaps where one was not asked', () => {
    const answer = (...rs: [number, number][]) => ({ results: rs.map(([distance_m, people_share]) => ({ distance_m, total: { people_share } })) }) as unknown as Answer;
    const f = distancesFigure(answer([1000, 0.6], [500, 0.2]), answer([500, 0.1], [2000, 0.9]), w);
    expect(f.categories).toEqual(['500 m', '1000 m', '2000 m']);
    expect(f.series.map((s) => s.values)).toEqual([[0.1, undefined, 0.9], [0.2, 0.6, undefined]]);
  });
});

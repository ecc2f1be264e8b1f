import { describe, expect, it } from 'vitest';
import { alike, at, compare, countyOf, delta, figures, limitOf, nextName, townshipsIn, type Answer, type Result, type Row, type Share } from './variants';

const share = (people: number, covered: number, s?: number): Share => ({
  people, people_covered: covered, people_share: s, area_m2: 100, area_covered_m2: 50, area_share: 0.5, overlap: [people - covered, covered, 0, 0],
});
const row = (division: string, people: number, covered: number, s?: number): Row => ({ division, name: division, ...share(people, covered, s) });

describe('variants', () => {
  it('count the people in the gap', () => {
    expect(figures(share(100, 30, 0.3))).toMatchObject({ gap_people: 70, people_share: 0.3 });
  });

  it('have no change where a side is unknown', () => {
    const d = delta(figures(share(0, 0)), figures(share(10, 5, 0.5)));
    expect(d.people_share).toBeUndefined();
    expect(d.people_covered).toBe(5);
    expect(delta(undefined, figures(share(10, 5, 0.5)))).toEqual({});
  });

  it('match rows by division, whatever their order', () => {
    const got = compare([row('a', 10, 8, 0.8), row('b', 10, 1, 0.1), row('c', 0, 0)], [row('b', 10, 3, 0.3), row('a', 10, 5, 0.5), row('c', 0, 0)]);
    expect(got.map((r) => [r.division, r.gap_people, r.change && Math.round(r.change * 100)])).toEqual([
      ['a', 2, 30], ['b', 9, -20], ['c', 0, undefined],
    ]);
  });

  it('have no change without a baseline', () => {
    expect(compare([row('a', 10, 8, 0.8)], undefined)[0]!.change).toBeUndefined();
  });

  it('are found by their exact distance', () => {
    const answer = { results: [{ distance_m: 500 }, { distance_m: 1000 }] } as Answer;
    expect(at(answer, 1000)?.distance_m).toBe(1000);
    expect(at(answer, 800)).toBeUndefined();
    expect(at(undefined, 800)).toBeUndefined();
  });

  it('know the townships a county counts, those of a zone inside it too', () => {
    const result = { townships: [{ division: '130302001', county: '130302' }, { division: '130371001', county: '130302' }, { division: '130321001', county: '130321' }] } as Result;
    expect([...townshipsIn(result, '130302')]).toEqual(['130302001', '130371001']);
    expect([...townshipsIn(result, '130371')]).toEqual(['130371001']);
    expect([...townshipsIn(result, '130321001')]).toEqual(['130321001']);
    expect(townshipsIn(result, '').size).toBe(0);
    expect(countyOf(result, '130371001')).toBe('130302');
  });

  it('get the next free letter', () => {
    expect(nextName([])).toBe('B');
    expect(nextName(['B', 'D'])).toBe('C');
    expect(nextName([...'BCDEFGHIJKLMNOPQRSTUVWXYZ'])).toBe('B2');
  });
});

describe('results by travel time', () => {
  const timed = { basis: 'road', results: [{ limit_s: 600 }] } as unknown as Answer;
  const far = { basis: 'crow_flies', results: [{ distance_m: 600 }] } as unknown as Answer;

  it('are found by their seconds', () => {
    expect(at(timed, 600)).toBe(timed.results[0]);
    expect(limitOf(far.results[0]!)).toBe(600);
  });

  it('are not held against metres', () => {
    expect(alike(far, timed)).toBeUndefined();
    expect(alike(timed, timed)).toBe(timed);
    expect(alike(undefined, timed)).toBeUndefined();
  });
});

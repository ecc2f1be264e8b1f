import { describe, expect, it } from 'vitest';
import { decode, defaults, encode, runnable, same, thresholds, toQuery, type Inputs } from './inputs';

const busy: Inputs = {
  ...defaults(),
  kinds: ['depot', 'shelter'],
  distances_m: [5000, 1000],
  division: '130302',
  candidates: [[119.5912345678, 39.94], [119.2, 39.8]],
};

describe('study inputs', () => {
  it('come back from the address bar as they went', () => {
    const back = decode(encode(busy));
    expect(back).toEqual({
      ...defaults(),
      kinds: ['shelter', 'depot'],
      distances_m: [1000, 5000],
      division: '130302',
      candidates: [[119.591235, 39.94], [119.2, 39.8]],
    });
    expect(same(back, busy)).toBe(true);
  });

  it('keep an emptied list of kinds', () => {
    expect(decode(encode({ ...busy, kinds: [] })).kinds).toEqual([]);
  });

  it('drop what cannot be', () => {
    const i = decode(new URLSearchParams('k=shelter.castle&d=-5.x.800&in=abc&c=200,10_1_1,2,3_119.1,39.9'));
    expect(i).toEqual({ ...defaults(), kinds: ['shelter'], distances_m: [800], division: '', candidates: [[119.1, 39.9]] });
  });

  it('fall back to the defaults on an empty address', () => {
    expect(decode(new URLSearchParams())).toEqual(defaults());
  });

  it('become a query with sorted distances and points', () => {
    expect(toQuery(busy, true)).toEqual({
      kinds: ['shelter', 'depot'],
      distances_m: [1000, 5000],
      gaps: true,
      arrivals: false,
      division: '130302',
      candidates: [
        { type: 'Point', coordinates: [119.5912345678, 39.94] },
        { type: 'Point', coordinates: [119.2, 39.8] },
      ],
    });
    expect(toQuery(defaults(), false)).not.toHaveProperty('division');
  });

  it('by travel time come back too, and leave the metres out', () => {
    const timed: Inputs = { ...busy, basis: 'road', limits_s: [1800, 300], profile: 'foot', direction: 'toward' };
    const back = decode(encode(timed));
    expect(back).toMatchObject({ basis: 'road', limits_s: [300, 1800], profile: 'foot', direction: 'toward' });
    expect(same(back, timed)).toBe(true);
    expect(same(timed, busy)).toBe(false);
    expect(same({ ...timed, distances_m: [7] }, timed)).toBe(true);
    expect(thresholds(timed)).toBe(timed.limits_s);
    const query = toQuery(timed, true);
    expect(query).toMatchObject({ limits_s: [300, 1800], profile: 'foot', direction: 'toward', arrivals: true });
    expect(query).not.toHaveProperty('distances_m');
    expect(toQuery({ ...timed, profile: '', direction: '' }, false)).not.toHaveProperty('profile');
  });

  it('by travel time drop what cannot be', () => {
    expect(decode(new URLSearchParams('t=0.90000.x&p=ox&w=up'))).toEqual(defaults());
    expect(decode(new URLSearchParams('t=60.30.20.10'))).toMatchObject({ basis: 'road', limits_s: [10, 20, 30] });
  });

  it('can run on candidates alone, but not on nothing', () => {
    expect(runnable({ ...busy, kinds: [] })).toBe(true);
    expect(runnable({ ...busy, kinds: [], candidates: [] })).toBe(false);
  });
});

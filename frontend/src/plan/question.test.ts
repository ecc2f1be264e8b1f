import { describe, expect, it } from 'vitest';
import { PARTS, QUESTIONS } from './kinds';
import { again, begin, missing, numbers, toPut, type Present, type Question } from './question';

const present: Present = { kinds: ['shelter'], basis: 'road', distances_m: [1000, 2500], limits_s: [300, 900], profile: '', division: '', candidates: [[119.6, 39.9]] };
const asking = (more: Partial<Question>): Question => ({ ...begin(present, 900), name: 'n', ...more });
/** What goes over the wire. */
const sent = (q: Question) => JSON.parse(JSON.stringify(toPut(q))) as { params: Record<string, unknown> };

describe('a question', () => {
  it('begins with what the workspace shows', () => {
    expect(begin(present, 900)).toMatchObject({ kinds: ['shelter'], basis: 'road', limit_s: 900, points: [[119.6, 39.9]] });
    expect(begin({ ...present, basis: 'crow_flies' }, 2500)).toMatchObject({ limit_s: 900, distance_m: 2500 });
  });

  it('of siting asks for two sites where people live', () => {
    expect(sent(asking({ kind: 'siting' })).params).toEqual({ model: 'mclp', sites: 2, keep_existing: true, candidate_grid_m: 2000, kinds: ['shelter'], basis: 'road', limits_s: [900], open_only: true });
  });

  it('of siting sends one of number and budget, and neither where the number is the answer', () => {
    expect(sent(asking({ kind: 'siting', budget: 5 })).params).toMatchObject({ budget: 5 });
    expect(sent(asking({ kind: 'siting', budget: 5 })).params).not.toHaveProperty('sites');
    const least = sent(asking({ kind: 'siting', model: 'lscp', budget: 5 })).params;
    expect(least).not.toHaveProperty('sites');
    expect(least).not.toHaveProperty('budget');
  });

  it('sends one source of candidates', () => {
    for (const [source, key] of [['grid', 'candidate_grid_m'], ['drawn', 'candidates'], ['ledger', 'candidate_ledger']] as const) {
      const keys = Object.keys(sent(asking({ kind: 'siting', source })).params).filter((k) => k.startsWith('candidate'));
      expect(keys).toEqual([key]);
    }
  });

  it('has times by road and lengths along a line, never both, and a profile only by road', () => {
    for (const kind of QUESTIONS) {
      const road = sent(asking({ kind, profile: 'car' })).params, line = sent(asking({ kind, basis: 'crow_flies', profile: 'car' })).params;
      for (const p of [road, line]) expect('limits_s' in p && 'distances_m' in p).toBe(false);
      if (PARTS[kind].includes('basis')) expect('profile' in line || 'limits_s' in line).toBe(false);
    }
  });

  it('names a class only where shelters serve', () => {
    expect(sent(asking({ kind: 'coverage', kinds: ['depot'], class: 'central' })).params).not.toHaveProperty('class');
    expect(sent(asking({ kind: 'coverage', class: 'central' })).params).toMatchObject({ class: 'central' });
  });

  it('sends one zone, with a buffer only round a thing', () => {
    const zone = { type: 'Polygon', coordinates: [] } as unknown as Question['zone'];
    expect(sent(asking({ kind: 'evacuation', zone })).params).toEqual({ zone, mode: 'foot', limits_s: [3600], open_only: true });
    expect(sent(asking({ kind: 'evacuation', zone, zoneBy: 'hazard', hazard: 'h', buffer_m: 500 })).params).toMatchObject({ zone_hazard: 'h', zone_buffer_m: 500 });
  });

  it('says what is missing', () => {
    expect(missing(asking({ kind: 'siting' }))).toBeUndefined();
    expect(missing(asking({ kind: 'siting', source: 'drawn', points: [] }))).toBe('points');
    expect(missing(asking({ kind: 'coverage', kinds: [], points: [] }))).toBe('kinds');
    expect(missing(asking({ kind: 'coverage', limits_s: [] }))).toBe('limits');
    expect(missing(asking({ kind: 'evacuation' }))).toBe('zone');
    expect(missing(asking({ kind: 'depot_readiness', item: '12' }))).toBe('item');
  });

  it('asked again asks the same', () => {
    for (const kind of QUESTIONS) {
      const first = toPut(asking({ kind, item: '1234567', zoneBy: 'incident', incident: 'i', sites: 3, hours: 4, unitKinds: ['engine'], hazardKinds: ['mine'] }));
      const then = toPut({ ...again(begin({ ...present, kinds: ['depot'], candidates: [] }, 300), kind, first.params), name: 'n' });
      expect(JSON.stringify(then)).toBe(JSON.stringify(first));
    }
  });

  it('of a way out of a zone says how long it may be, or that it may be any', () => {
    const zone = { kind: 'evacuation', zoneBy: 'incident', incident: 'i' } as const;
    expect(sent(asking(zone)).params).toMatchObject({ mode: 'foot', limits_s: [3600] });
    expect(sent(asking({ ...zone, mode: 'bus', way_s: 0 })).params).not.toHaveProperty('limits_s');
    expect(again(begin(present, 900), 'evacuation', { mode: 'bus' })).toMatchObject({ mode: 'bus', way_s: 0 });
  });

  it('asks for a proof where a solver can give one', () => {
    expect(sent(asking({ kind: 'siting', prove: true })).params).toMatchObject({ prove: true });
    for (const more of [{ model: 'p_centre' as const }, { capacity: 500 }]) expect(sent(asking({ kind: 'siting', prove: true, ...more })).params).not.toHaveProperty('prove');
  });

  it('reads numbers out of a line', () => {
    expect(numbers('30, 5 15;5', 360)).toEqual([5, 15, 30]);
    expect(numbers('0, 400, x', 360)).toEqual([]);
    expect(numbers('1 2 3 4 5 6', 360)).toHaveLength(5);
  });
});

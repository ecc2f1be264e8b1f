import { describe, expect, it } from 'vitest';
import { toForm } from './form';
import { changed, clashes, settle } from './merge';

const base = toForm('shelter', { code: 'S', name: '馆', division: '130302', sensitivity: 0, capacity: 100, occupancy: 5, state: 'ready' });
const mine = { ...base, occupancy: '9', capacity: '120' };
const theirs = { ...base, occupancy: '7', state: 'open' };

describe('two people in one entry', () => {
  it('sees who changed what', () => {
    const got = clashes('shelter', base, mine, theirs).map((c) => [c.name, c.proposed, c.both]);
    expect(got).toEqual([['state', 'theirs', false], ['capacity', 'mine', false], ['occupancy', 'mine', true]]);
  });

  it('loses neither side', () => {
    const all = clashes('shelter', base, mine, theirs);
    expect(settle(theirs, all, {})).toMatchObject({ state: 'open', capacity: '120', occupancy: '9' });
    expect(settle(theirs, all, { occupancy: 'theirs' })).toMatchObject({ state: 'open', capacity: '120', occupancy: '7' });
  });

  it('knows when nothing was changed', () => {
    expect(changed('shelter', base, structuredClone(base))).toBe(false);
    expect(changed('shelter', base, mine)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import type { Event } from '../api/types';
import { changes, inLine } from './history';

const event = (properties: Record<string, unknown> | undefined, coordinates: number[] = [119, 39]): Event =>
  ({ payload: properties ? { properties, geometry: { type: 'Point', coordinates } } : { id: 'x' } }) as unknown as Event;

describe('history', () => {
  it('tells what each event changed', () => {
    const got = changes([
      event({ name: 'b', occupancy: 3 }, [119.1, 39]),
      event({ name: 'a', occupancy: 3, note: 'x' }),
      event({ name: 'a', occupancy: 0, note: 'x' }),
    ]);
    expect(got[0]).toEqual([
      { name: 'name', before: 'a', after: 'b' },
      { name: 'note', before: 'x', after: undefined },
      { name: 'geometry', before: '119.000000, 39.000000', after: '119.100000, 39.000000' },
    ]);
    expect(got[1]).toEqual([{ name: 'occupancy', before: 0, after: 3 }]);
    expect(got[2]).toEqual([]);
  });

  it('has nothing to compare with a removal', () => {
    expect(changes([event(undefined), event({ name: 'a' })])).toEqual([[], []]);
  });

  it('writes lists in one line', () => {
    expect(inLine([{ name: '帐篷', quantity: 0 }, { name: '床', quantity: 2 }])).toBe('帐篷 0；床 2');
    expect(inLine(undefined)).toBe('–');
    expect(inLine([])).toBe('–');
    expect(inLine(false)).toBe('false');
  });
});

import { expect, test } from 'vitest';
import { Fleet } from '../live/fleet';
import type { LiveUnit } from '../live/protocol';
import { inOrder, matches, rowOf } from './rows';

const unit = (handle: number, name: string, status = 'available_base', cls = 'available'): LiveUnit =>
  ({ handle, id: name, version: 1, code: `U${handle}`, name, call_sign: name, kind: 'engine', division: '130302', team: '', status, class: cls, lon: 119.6, lat: 39.9 });

test('a unit never heard of is said to be so', () => {
  const fleet = new Fleet();
  fleet.reset([unit(1, '海港消防01')]);
  expect(rowOf(fleet.units[0]!, fleet, 1e12).health).toBe('none');
});

test('a stale unit is lost while it is committed', () => {
  const fleet = new Fleet();
  const sent = { ...unit(1, 'a', 'enroute', 'committed'), at: new Date(0 + 1).toISOString() };
  fleet.reset([sent]);
  expect(rowOf(sent, fleet, 700_000).health).toBe('lost');
});

test('a call for help stands first in any order', () => {
  const fleet = new Fleet();
  const rows = ['b', 'a', 'c'].map((n, i) => rowOf(unit(i, n), fleet, 0));
  rows[2]!.sos = true;
  expect(inOrder(rows, 'name', false).map((r) => r.unit.name)).toEqual(['c', 'a', 'b']);
});

test('all typed words must be found', () => {
  const row = rowOf(unit(7, '海港消防07'), new Fleet(), 0);
  expect(matches(row, '海港 u7')).toBe(true);
  expect(matches(row, '海港 x')).toBe(false);
});

test('by task the first to arrive stands first, and those not on their way last', () => {
  const fleet = new Fleet();
  const rows = [rowOf(unit(1, 'idle'), fleet, 0), rowOf(unit(2, 'far', 'enroute', 'committed'), fleet, 0, 600), rowOf(unit(3, 'near', 'enroute', 'committed'), fleet, 0, 60)];
  expect(inOrder(rows, 'task', false).map((r) => r.unit.name)).toEqual(['near', 'far', 'idle']);
});

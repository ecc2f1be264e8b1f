import { expect, test } from 'vitest';
import { Fleet } from './fleet';
import { healthOf } from './health';
import type { Fixes, LiveUnit } from './protocol';

const unit = (handle: number, id: string): LiveUnit =>
  ({ handle, id, version: 1, code: id, name: id, call_sign: '', kind: 'engine', division: '130302', team: '', status: 'available_base', class: 'available', lon: 119, lat: 40 });
const fixes = (now: number, ...list: [handle: number, lon: number, age: number][]): Fixes => ({
  now, handle: Uint32Array.from(list, (l) => l[0]), lon: Float64Array.from(list, (l) => l[1]), lat: Float64Array.from(list, () => 39.9),
  heading: Float32Array.from(list, () => NaN), speed: Float32Array.from(list, () => 1), age: Uint8Array.from(list, (l) => l[2]), flags: new Uint8Array(list.length),
});

test('a unit stands at its base until it is heard', () => {
  const fleet = new Fleet();
  fleet.reset([unit(5, 'a')]);
  const slot = fleet.slotOf('a')!;
  expect([fleet.lon[slot], fleet.at[slot]]).toEqual([119, 0]);
  fleet.move(fixes(100_000, [5, 119.5, 2]));
  expect([fleet.lon[slot], fleet.at[slot]]).toEqual([119.5, 98_000]);
});

test('positions of handles nobody introduced are left out', () => {
  const fleet = new Fleet();
  fleet.reset([unit(5, 'a')]);
  fleet.move(fixes(100_000, [6, 119.5, 0]));
  expect(fleet.lon[0]).toBe(119);
});

test('an age of 255 s and more does not make an old fix younger', () => {
  const fleet = new Fleet();
  fleet.reset([{ ...unit(5, 'a'), at: new Date(1000).toISOString() }]);
  fleet.move(fixes(1_000_000, [5, 119.5, 255]));
  expect(fleet.at[0]).toBe(1000);
});

test('a slot is used again, and room grows', () => {
  const fleet = new Fleet();
  fleet.reset(Array.from({ length: 300 }, (_, i) => unit(i, `u${i}`)));
  fleet.drop('u7');
  expect(fleet.slotOf('u7')).toBeUndefined();
  expect(fleet.put(unit(999, 'new'))).toBe(7);
  expect(fleet.lon.length).toBeGreaterThanOrEqual(300);
});

test('a unit with a new handle stays where it was', () => {
  const fleet = new Fleet();
  fleet.reset([unit(5, 'a')]);
  fleet.move(fixes(100_000, [5, 119.5, 0]));
  fleet.put({ ...unit(9, 'a'), status: 'enroute' });
  fleet.move(fixes(101_000, [9, 119.6, 0]));
  expect(fleet.lon[fleet.slotOf('a')!]).toBe(119.6);
});

test.each([[0, 'none'], [999_999, 'live'], [940_000, 'live'], [939_999, 'ageing'], [400_000, 'ageing'], [399_999, 'lost']])('a fix of time %i is %s', (at, health) => {
  expect(healthOf(at as number, 1_000_000, 'committed')).toBe(health);
});

import { expect, test } from 'vitest';
import { Fleet } from '../live/fleet';
import type { LiveUnit } from '../live/protocol';
import { countCells } from './fleetCells';
import { FleetBuffer, STRIDE } from './fleetBuffer';
import { lonLatOf, mercator, metresPerPx } from './mercator';

const unit = (handle: number, id: string, lon = 119.6, status = 'available_base'): LiveUnit =>
  ({ handle, id, version: 1, code: id, name: id, call_sign: '', kind: 'engine', division: '130302', team: '', status, class: 'available', lon, lat: 39.9 });

test('mercator and back is the same place', () => {
  const [lon, lat] = lonLatOf(...mercator(119.59, 39.94));
  expect(lon).toBeCloseTo(119.59, 9);
  expect(lat).toBeCloseTo(39.94, 9);
});

test('a pixel at zoom 13 over the city is about 7 m', () => {
  expect(metresPerPx(13, 39.94)).toBeCloseTo(7.33, 1);
});

test('a symbol glides from where it is seen now, not from where it was meant to be', () => {
  const fleet = new Fleet();
  fleet.reset([unit(1, 'a')]);
  const buffer = new FleetBuffer(fleet, [119.6, 39.9], 0, 1000);
  buffer.take([], 0);
  fleet.lon[0] = 119.601;
  buffer.take([0], 10);
  fleet.lon[0] = 119.602;
  buffer.take([0], 10.5);
  const half = (119.6005 - 119.6) / 360;
  expect(buffer.data[0]).toBeCloseTo(half, 8);
  expect(buffer.data[2]).toBeCloseTo(0.002 / 360, 8);
});

test('a jump of the position is not drawn as a journey', () => {
  const fleet = new Fleet();
  fleet.reset([unit(1, 'a')]);
  const buffer = new FleetBuffer(fleet, [119.6, 39.9], 0, 1000);
  buffer.take([], 0);
  fleet.lon[0] = 119.9;
  buffer.take([0], 10);
  expect(buffer.data[0]).toBe(buffer.data[2]);
});

test('times are counted anew each hour, so that float32 loses nothing', () => {
  const fleet = new Fleet();
  fleet.reset([unit(1, 'a')]);
  const buffer = new FleetBuffer(fleet, [119.6, 39.9], 0, 1000);
  buffer.take([], 3500);
  expect(buffer.since(4000, 5000)).toEqual([0, 0]);
  expect(buffer.data[5]).toBe(-500);
});

test('a unit that left is no longer drawn', () => {
  const fleet = new Fleet();
  fleet.reset([unit(1, 'a'), unit(2, 'b')]);
  const buffer = new FleetBuffer(fleet, [119.6, 39.9], 0, 1000);
  buffer.take([], 0);
  fleet.drop('a');
  buffer.take([0], 1);
  expect([buffer.data[6], buffer.data[STRIDE + 6]! >= 0]).toEqual([-1, true]);
});

test('units of one place are counted together, in the colour of the gravest', () => {
  const fleet = new Fleet();
  fleet.reset([unit(1, 'a'), unit(2, 'b', 119.6001, 'on_scene'), unit(3, 'c', 118.9)]);
  const cells = countCells(fleet, 8).features.map((f) => f.properties);
  expect(cells).toContainEqual({ n: 2, look: 'scene' });
  expect(cells).toContainEqual({ n: 1, look: 'avail' });
});

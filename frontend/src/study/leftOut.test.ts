import { expect, it } from 'vitest';
import { read, readAssumption } from './leftOut';

it('knows what the server leaves out, and lets the rest stand as it is', () => {
  expect(read('shelter: 4 planned, in maintenance or unsafe')).toEqual({ key: 'unusable', kind: 'shelter', n: 4 });
  expect(read('gaps at 2500 m: 12 people in cells outside every boundary drawn')).toEqual({ key: 'stray', distance: 2500, n: 12 });
  expect(read('unit: counted at its base, not where it is now')).toEqual({ key: 'at_base', kind: 'unit' });
  expect(read('no population cells in the area: nothing could be counted')).toEqual({ key: 'no_cells' });
  expect(read('something new')).toBeUndefined();
});

it('knows what has no road', () => {
  expect(read('unit: 2 do not go by road')).toEqual({ key: 'no_drive', kind: 'unit', n: 2 });
  expect(read('3 sites have no road near: they reach nobody')).toEqual({ key: 'sites_off', n: 3 });
  expect(read('40 cells with 1234 people have no road near: counted as not covered')).toEqual({ key: 'cells_off', n: 40, people: 1234 });
  expect(read('gaps at 900 s: 7 people in 1 cells that cannot be drawn')).toEqual({ key: 'undrawn', n: 1, people: 7 });
});

it('knows what is assumed of travel', () => {
  expect(readAssumption('shelter: foot, toward the site')).toEqual({ key: 'travel', kind: 'shelter', profile: 'foot', direction: 'toward' });
  expect(readAssumption('candidate: fire_engine, away from the site')).toMatchObject({ kind: 'candidate', direction: 'away' });
  expect(readAssumption('free-flow speeds, without traffic')).toEqual({ key: 'free_flow' });
  expect(readAssumption('ordinary turn delays are left out')).toEqual({ key: 'no_turns' });
  expect(readAssumption('something new')).toBeUndefined();
});

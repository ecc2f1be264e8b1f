import { expect, it } from 'vitest';
import { read } from './leftOut';

it('knows what the server leaves out, and lets the rest stand as it is', () => {
  expect(read('shelter: 4 planned, in maintenance or unsafe')).toEqual({ key: 'unusable', kind: 'shelter', n: 4 });
  expect(read('gaps at 2500 m: 12 people in cells outside every boundary drawn')).toEqual({ key: 'stray', distance: 2500, n: 12 });
  expect(read('unit: counted at its base, not where it is now')).toEqual({ key: 'at_base', kind: 'unit' });
  expect(read('no population cells in the area: nothing could be counted')).toEqual({ key: 'no_cells' });
  expect(read('something new')).toBeUndefined();
});

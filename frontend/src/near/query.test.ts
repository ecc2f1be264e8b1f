import { expect, test } from 'vitest';
import { nearestQuery } from './query';

test('available units are asked for by class, shelters by a free place', () => {
  expect(nearestQuery([119.6, 39.9], { kinds: ['unit'], k: 5, available: true }).status).toEqual(['available']);
  expect(nearestQuery([119.6, 39.9], { kinds: ['shelter'], k: 5, available: true }).free_places).toBe(1);
});

test('a mixed question does not drop units for want of places', () => {
  const query = nearestQuery([119.6, 39.9], { kinds: ['unit', 'shelter'], k: 5, available: true });
  expect(query.free_places).toBeUndefined();
});

test('without the switch nothing is filtered', () => {
  const query = nearestQuery([119.6, 39.9], { kinds: ['unit'], k: 5, available: false });
  expect(query).toEqual({ point: { type: 'Point', coordinates: [119.6, 39.9] }, kinds: ['unit'], k: 5 });
});

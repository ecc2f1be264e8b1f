import { expect, test } from 'vitest';
import { queryOf, readView } from './wallUrl';

test('an address says the same after a round trip', () => {
  const view = { centre: [119.6, 39.94] as [number, number], zoom: 12.5, layers: ['incident' as const, 'unit' as const], incident: '019a0000-0000-7000-8000-000000000001', then: Date.UTC(2026, 10, 22, 19, 12) };
  expect(readView(queryOf(view))).toEqual(view);
});

test('nonsense in an address is left out', () => {
  expect(readView({ at: 'x,y', on: 'unit.evil', i: '<script>', t: 'yesterday' })).toEqual({ layers: ['unit'] });
});

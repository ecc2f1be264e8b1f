import { expect, it } from 'vitest';
import type { IncidentFeature } from '../api/types';
import { inOrder } from './order';

const incident = (id: string, priority: number, state: string, lon: number) =>
  ({ id, geometry: { type: 'Point', coordinates: [lon, 39] }, properties: { priority, state } }) as unknown as IncidentFeature;

it('puts the most urgent first, then the nearest, and leaves out what has ended', () => {
  const all = [incident('far', 2, 'reported', 120), incident('near', 2, 'responding', 119.1), incident('mild', 4, 'reported', 119), incident('done', 1, 'closed', 119), incident('worst', 1, 'confirmed', 125)];
  expect(inOrder(all, [119, 39]).map((i) => i.id)).toEqual(['worst', 'near', 'far', 'mild']);
});

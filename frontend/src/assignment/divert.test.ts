import { expect, test } from 'vitest';
import type { IncidentFeature } from '../api/types';
import { targets } from './divert';

const incident = (id: string, lon: number | undefined, state = 'confirmed', priority = 3) => ({ id, geometry: { type: 'Point', coordinates: lon === undefined ? [] : [lon, 39.9] }, properties: { state, priority } }) as unknown as IncidentFeature;

test('a unit may be sent to any other open incident, the nearest first', () => {
  const all = [incident('far', 119.9), incident('own', 119.5), incident('near', 119.51), incident('closed', 119.5, 'closed'), incident('nowhere', undefined)];
  const found = targets(all, 'own', [119.5, 39.9]);
  expect(found.map((x) => x.incident.id)).toEqual(['near', 'far', 'nowhere']);
  expect(found[0]!.metres).toBeCloseTo(853, -1);
});

test('of a unit without a position the more urgent comes first', () => {
  expect(targets([incident('p3', 119.5), incident('p1', 119.9, 'confirmed', 1)], '', undefined).map((x) => x.incident.id)).toEqual(['p1', 'p3']);
});

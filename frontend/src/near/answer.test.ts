import { expect, test } from 'vitest';
import { ApiProblem } from '../api/problem';
import type { Problem } from '../api/types';
import { lacksRoads } from './answer';

const problem = (code: string, field?: string) =>
  new ApiProblem({ type: '', code, status: 422, title: '', title_en: '', instance: '', ...(field && { errors: [{ path: 'point', code: field, text: '' }] }) } as Problem);

test('a place off the road, or no network, is told from other refusals', () => {
  expect(lacksRoads(problem('no_roads'))).toBe('no_roads');
  expect(lacksRoads(problem('invalid', 'off_road'))).toBe('off_road');
  expect(lacksRoads(problem('off_road'))).toBe('off_road');
  expect(lacksRoads(problem('invalid', 'out_of_range'))).toBeUndefined();
  expect(lacksRoads(new Error('no_roads'))).toBeUndefined();
});

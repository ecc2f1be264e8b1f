import { expect, test } from 'vitest';
import type { NearestHit } from '../api/types';
import { held, inOrder } from './hold';

const hit = (id: string, arrival_s: number) => ({ kind: 'unit', id, arrival_s }) as NearestHit;

test('what rose and what fell is marked, what is new is not', () => {
  const before = inOrder([], [hit('a', 60), hit('b', 90), hit('c', 120)]);
  expect(before.map((r) => r.up)).toEqual([0, 0, 0]);
  const after = inOrder(before, [hit('b', 80), hit('d', 85), hit('a', 300)]);
  expect(after.map((r) => [r.hit.id, r.up])).toEqual([['b', 1], ['d', 0], ['a', -2]]);
});

test('under the pointer rows stay where they are and take the new figures', () => {
  const before = inOrder([], [hit('a', 60), hit('b', 90)]);
  const { rows, changed } = held(before, [hit('b', 80), hit('a', 300)]);
  expect(rows.map((r) => [r.hit.id, r.hit.arrival_s])).toEqual([['a', 300], ['b', 80]]);
  expect(changed).toBe(true);
});

test('a row that is gone stays under the pointer and says so, and the same order is no change', () => {
  const before = inOrder([], [hit('a', 60), hit('b', 90)]);
  const { rows } = held(before, [hit('a', 61)]);
  expect(rows.map((r) => [r.hit.id, !!r.gone])).toEqual([['a', false], ['b', true]]);
  expect(held(rows, [hit('a', 61), hit('b', 70)]).rows.map((r) => !!r.gone)).toEqual([false, false]);
  expect(held(before, [hit('a', 61), hit('b', 91)]).changed).toBe(false);
});

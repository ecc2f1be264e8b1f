import { expect, test } from 'vitest';
import type { Incident } from '../api/types';
import { changesOf, draftOf, factsOf } from './form';

const known = { kind: 'flood', title: '河水漫堤', priority: 2, place: '汤河桥', dead: 0, number: 'QHD-2026-000001' } as Incident;

test('an empty field is left out, and a zero is not empty', () => {
  const facts = factsOf({ ...draftOf(), title: ' 火 ', dead: '0', grade: '' });
  expect(facts).toEqual({ kind: 'other', title: '火', priority: 3, dead: 0 });
});

test('only what differs is changed', () => {
  expect(changesOf({ ...draftOf(known), priority: '1' }, known)).toEqual({ priority: 1 });
});

test('a text that was wiped is wiped', () => {
  expect(changesOf({ ...draftOf(known), place: '' }, known)).toEqual({ place: '' });
});

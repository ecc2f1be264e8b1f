import { expect, test } from 'vitest';
import type { SearchHit } from '../api/types';
import { narrowed, readTyped } from './find';

test('a prefix is parted from the words', () => {
  expect(readTyped(' @海港 01')).toEqual({ prefix: '@', words: '海港 01' });
  expect(readTyped('海港')).toEqual({ prefix: '', words: '海港' });
});

test('an @ asks for units and teams alone', () => {
  const hits = ['unit', 'shelter', 'team'].map((kind) => ({ kind }) as SearchHit);
  expect(narrowed(hits, '@').map((h) => h.kind)).toEqual(['unit', 'team']);
  expect(narrowed(hits, '')).toHaveLength(3);
});

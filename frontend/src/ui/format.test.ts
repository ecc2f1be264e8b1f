import { expect, test } from 'vitest';
import { age, clockTime, count, distance, NONE, share, speed } from './format';

test('times are the city’s, whatever the browser’s zone', () => {
  expect(clockTime('2026-11-23T11:43:57Z')).toBe('19:43:57');
});

test.each([[0, '00:00'], [65_000, '01:05'], [3_661_000, '1:01:01'], [-5000, '+00:05'], [200_000_000, '2\u2009d']])('an age of %i ms is %s', (ms, text) => {
  expect(age(ms as number)).toBe(text);
});

test('unknown is never a zero', () => {
  expect([count(undefined), share(NaN), distance(null), speed(NaN)]).toEqual([NONE, NONE, NONE, NONE]);
});

test('metres below a kilometre, then kilometres', () => {
  expect([distance(437), distance(1400), distance(23_400)]).toEqual(['440\u2009m', '1.4\u2009km', '23\u2009km']);
});

test('thousands are parted by a thin space', () => {
  expect(count(3136879)).toBe('3\u2009136\u2009879');
});

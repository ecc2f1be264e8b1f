import { expect, test } from 'vitest';
import { age, brief, clockTime, count, distance, minutes, NONE, share, speed } from './format';

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

test.each([[0, '0″'], [59.6, '1′00″'], [250, '4′10″'], [599, '9′59″'], [600, '10′'], [1400, '23′'], [3900, '1:05\u2009h'], [undefined, NONE]])('a way of %s s is %s', (s, text) => {
  expect(minutes(s)).toBe(text);
});

test('whole minutes never say none is left', () => {
  expect([brief(12), brief(60), brief(389)]).toEqual(['<1′', '1′', '6′']);
});

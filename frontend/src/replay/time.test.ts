import { expect, test } from 'vitest';
import { activity, bars, fromLocal, held, local, type Span } from './time';

const at = (s: number) => new Date(Date.UTC(2026, 10, 22, 19, 0, s)).getTime();
const span: Span = {
  from: new Date(at(0)).toISOString(), to: new Date(at(100)).toISOString(), step_s: 10,
  events: [{ at: new Date(at(10)).toISOString(), n: 4 }, { at: new Date(at(60)).toISOString(), n: 1 }],
};

test('bars show when something happened, the fullest as one', () => {
  expect(bars(span, at(100), 10)).toEqual([0, 1, 0, 0, 0, 0, 0.5, 0, 0, 0]);
  expect(bars({ ...span, events: [] }, at(100), 3)).toEqual([0, 0, 0]);
  expect(bars(span, at(0), 2)).toHaveLength(2);
});

test('a step goes behind what happened, so that it is seen', () => {
  expect(activity(span, at(0), 1)).toBe(at(20));
  expect(activity(span, at(20), 1)).toBe(at(70));
  expect(activity(span, at(70), 1)).toBeUndefined();
  expect(activity(span, at(70), -1)).toBe(at(20));
  expect(activity(span, at(20), -1)).toBeUndefined();
});

test('a moment is kept within the span', () => {
  expect([held(at(-5), at(0), at(9)), held(at(5), at(0), at(9)), held(at(50), at(0), at(9))]).toEqual([at(0), at(5), at(9)]);
});

test('the field speaks the time of the city', () => {
  expect(local(at(0))).toBe('2026-11-23T03:00:00');
  expect(fromLocal(local(at(7)))).toBe(at(7));
  expect(fromLocal('2026-11-23T03:00')).toBe(at(0));
  expect(fromLocal('')).toBeNaN();
});

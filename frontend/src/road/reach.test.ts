import { expect, test } from 'vitest';
import { nextChange } from './closures';
import { limitsOf } from './reach';

test.each([
  ['5, 10, 20, 30', [5, 10, 20, 30]],
  ['30 10、10', [10, 30]],
  ['7.5', [7.5]],
])('the limits %s are read', (typed, limits) => expect(limitsOf(typed)).toEqual(limits));

test.each(['', 'ten', '0', '-5', '1 2 3 4 5 6', '361'])('the limits %j are refused', (typed) => expect(limitsOf(typed)).toBeUndefined());

test('the list is read again when the first closure begins or ends', () => {
  const at = (s: string) => Date.parse(`2026-11-23T${s}Z`);
  const list = [{ from: '2026-11-23T08:00:00Z', until: '2026-11-23T12:00:00Z' }, { until: '2026-11-23T11:00:00Z' }, {}];
  expect(nextChange(list, at('09:00:00'))).toBe(at('11:00:00'));
  expect(nextChange(list, at('07:00:00'))).toBe(at('08:00:00'));
  expect(nextChange(list, at('12:00:00'))).toBeUndefined();
});

import { expect, test } from 'vitest';
import { codeOf, draftOf, freeName, geometryOf, newDraft, propertiesOf, untilOf } from './draft';

const now = Date.parse('2026-11-23T15:30:00Z'); // 23:30 in the city

test('a shape is there when it has enough vertices', () => {
  expect(geometryOf('point', [])).toBeUndefined();
  expect(geometryOf('point', [[119.5, 39.9]])).toEqual({ type: 'Point', coordinates: [119.5, 39.9] });
  expect(geometryOf('line', [[1, 1]])).toBeUndefined();
  expect(geometryOf('area', [[0, 0], [1, 0]])).toBeUndefined();
  expect(geometryOf('area', [[0, 0], [1, 0], [1, 1]])).toEqual({ type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] });
});

test('today ends at midnight of the city, not of the browser', () => {
  expect(untilOf('today', now)).toBe('2026-11-23T16:00:00.000Z');
  expect(untilOf('4h', now)).toBe('2026-11-23T19:30:00.000Z');
  expect(untilOf('open', now, '2026-12-01T00:00:00Z')).toBeUndefined();
  expect(untilOf('kept', now, '2026-12-01T00:00:00Z')).toBe('2026-12-01T00:00:00Z');
});

test('the usual closure says little: cause, confidence, name', () => {
  const { properties, errors } = propertiesOf({ ...newDraft(), name: ' 汤河桥阻断 ', cause: 'flood' }, now);
  expect(errors).toEqual({});
  expect(properties).toEqual({ name: '汤河桥阻断', cause: 'flood', confidence: 'reported' });
});

test('what is wrong is said at its field', () => {
  const { errors } = propertiesOf({ ...newDraft(), effect: 'limit', height: 'four' }, now);
  expect(Object.keys(errors).sort()).toEqual(['max_height_m', 'name']);
  expect(propertiesOf({ ...newDraft(), name: 'x', effect: 'limit' }, now).errors).toEqual({ max_height_m: 'road.wrong.some_limit' });
});

test('changing one keeps what the form does not show, and drops what was emptied', () => {
  const before = { code: 'A-1', division: '130302', name: 'x', cause: 'works' as const, confidence: 'verified' as const, verified_by: '王', max_weight_t: 20, until: '2026-12-01T00:00:00Z', incident: 'i-1' };
  const draft = draftOf(before);
  expect(draft).toMatchObject({ effect: 'limit', weight: '20', until: 'kept', verifiedBy: '王' });
  const { properties } = propertiesOf({ ...draft, effect: 'slow', left: '25', until: 'open', confidence: 'reported' }, now, before);
  expect(properties).toEqual({ code: 'A-1', division: '130302', incident: 'i-1', name: 'x', cause: 'works', confidence: 'reported', speed_factor: 0.25 });
});

test('a code tells when, and differs between two of the same minute', () => {
  expect(codeOf('0193-abcd', now)).toBe('DLZD-202611232330-abcd');
});

test('a second closure of the same road is told from the first', () => {
  expect(freeName('山深线阻断', [])).toBe('山深线阻断');
  expect(freeName('山深线阻断', ['山深线阻断', '山深线阻断 2', '其他'])).toBe('山深线阻断 3');
});

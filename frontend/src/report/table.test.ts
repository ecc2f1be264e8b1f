import { expect, test } from 'vitest';
import { falls, missingShare, reportCsv, took, type Heads, type Interval, type Report } from './table';

const turnout: Interval = { code: 'turnout', n: 3, missing: 1, p50_s: 70, p90_s: 95, target_s: 80, within_target: 0.6667, source: 'local' };
const none: Interval = { code: 'eta_error', n: 0, missing: 0 };

test('nothing due is not nothing missing', () => {
  expect(missingShare(turnout)).toBe(0.25);
  expect(missingShare(none)).toBeUndefined();
});

test('a target is missed below ninety of a hundred, and without one never', () => {
  expect([falls(turnout), falls({ ...turnout, within_target: 0.9 }), falls(none)]).toEqual([true, false, false]);
});

test.each([[undefined, '–'], [0, '0:00'], [59, '0:59'], [605, '10:05'], [3661, '1:01:01']])('%s s is %s', (s, text) => {
  expect(took(s)).toBe(text);
});

test('the file holds every group, unknown cells stay empty, and a name is no formula', () => {
  const heads = Object.fromEntries(['group', 'key', 'name', 'interval', 'n', 'missing', 'share', 'p50', 'p90', 'target', 'within', 'source', 'total', 'kind', 'division'].map((k) => [k, k])) as unknown as Heads;
  const report = { seq: 7, from: '', to: '', incidents: 1, assignments: 1, total: [turnout], by_kind: [{ key: 'flood', name: '=洪涝', intervals: [none] }], by_division: [] } as Report;
  const lines = reportCsv(report, heads, (c) => c, (s) => s, [['seq', 7]]).replace('\uFEFF', '').split('\r\n');
  expect(lines.slice(1, 3)).toEqual(['total,,,turnout,3,1,0.25,70,95,80,0.6667,local', "kind,flood,'=洪涝,eta_error,0,0,,,,,,"]);
  expect(lines.slice(3)).toEqual(['', 'seq,7', '']);
});

import { expect, test } from 'vitest';
import { emptyForm, formOf, putOf, read, unitOf, unitWords } from './form';
import { countOf, gradeOf, inOrder, matches, rowOf, type Source, type SourceRow, type Terminal, type TerminalUnit } from './rows';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const ago = (s: number) => new Date(NOW - s * 1000).toISOString();
const source = (identity: string, more: Partial<Source> = {}): Source => ({ protocol: 'jt808', identity, terminal: `t-${identity}`, unit: 'u1', enabled: true, sessions: 0, messages: 0, fixes: 0, refused: 0, duplicates: 0, backfill: 0, late: 0, doubtful: 0, doubled: 0, ...more });
const units: TerminalUnit[] = [{ id: 'u1', code: 'U-001', name: '海港一号车', call_sign: '海港01' }, { id: 'u2', code: 'U-002', name: '北戴河车', call_sign: '北戴河01' }, { id: 'u3', code: 'U-003', name: '备用', call_sign: '北戴河01' }];
const byId = new Map(units.map((u) => [u.id, u]));
const rows = (...all: Source[]): SourceRow[] => all.map((s) => rowOf(s, byId, NOW));
const ids = (all: readonly SourceRow[]) => all.map((r) => r.source.identity).join(' ');

test('a source is graded by the age of its last message, unless it is shut out or in no ledger', () => {
  const grades = [source('a', { last_at: ago(60) }), source('b', { last_at: ago(61) }), source('c', { last_at: ago(601) }), source('d'), source('e', { last_at: ago(1), enabled: false }), source('f', { last_at: ago(1), terminal: undefined })].map((s) => gradeOf(s, NOW));
  expect(grades).toEqual(['fresh', 'late', 'silent', 'never', 'off', 'unbound']);
  expect(countOf(rows(source('a', { last_at: ago(3) }), source('b'), source('c')))).toMatchObject({ fresh: 1, never: 2, silent: 0 });
});

test('the table is sorted by any column, what is not known last either way', () => {
  const all = rows(source('13', { last_at: ago(500), messages: 2 }), source('9', { messages: 7 }), source('100', { last_at: ago(5), messages: 7, unit: 'u2' }));
  expect(ids(inOrder(all, 'last', false)), 'the youngest age').toBe('100 13 9');
  expect(ids(inOrder(all, 'last', true))).toBe('13 100 9');
  expect(ids(inOrder(all, 'identity', false)), 'numbers as numbers').toBe('9 13 100');
  expect(ids(inOrder(all, 'messages', true)), 'the most first, then by identity').toBe('9 100 13');
  expect(ids(inOrder(all, 'grade', false))).toBe('100 13 9');
});

test('every word typed must stand in identity, unit or address', () => {
  const [row] = rows(source('13912345678', { remote: '10.1.2.3:4000', last_at: ago(1) }));
  const passes = (text: string, more = {}) => matches(row!, { text, protocol: '', grade: '', ...more });
  expect([passes(''), passes('345 海港'), passes('10.1.2'), passes('u-001'), passes('海港 u-002')]).toEqual([true, true, true, true, false]);
  expect([passes('', { protocol: 'jt808' }), passes('', { protocol: 'cot' }), passes('', { grade: 'fresh' }), passes('', { grade: 'late' })]).toEqual([true, false, true, false]);
});

test('a unit is found by what is offered, its code, or a call sign that is its own', () => {
  expect(unitOf(unitWords(units[2]!), units)?.id).toBe('u3');
  expect([unitOf(' u-002 ', units)?.id, unitOf('海港01', units)?.id, unitOf('北戴河01', units), unitOf('', units)]).toEqual(['u2', 'u1', undefined, undefined]);
});

test('the form sends what it shows, and names what is wrong', () => {
  const form = { ...emptyForm({ protocol: 'osmand', identity: 'phone-7', first_at: ago(9), last_at: ago(1), times: 3, code: 'unknown_terminal' }), unit: 'U-001' };
  expect(read(form, units)).toEqual({ body: { protocol: 'osmand', identity: 'phone-7', unit: 'u1', datum: 'wgs84', clock: 'device', skew_s: 600, enabled: true, secret: 'new' }, wrong: {} });
  expect(read({ ...form, protocol: 'jt808', unit: '北戴河01', skew: '1.5' }, units).wrong).toEqual({ identity: 'phone', unit: 'unit', skew: 'skew' });
  expect(read({ ...form, protocol: 'jt808', identity: '013912345678', skew: '604801' }, units).wrong).toEqual({ skew: 'skew' });
  expect(read({ ...form, identity: ' ' }, units).wrong).toEqual({ identity: 'identity' });
});

test('a change of one thing leaves the rest and the secret as they are', () => {
  const kept: Terminal = { id: 't', version: 4, protocol: 'cot', identity: 'EUD-1', unit: 'u2', datum: 'gcj02', clock: 'server', skew_s: 60, enabled: true, note: '演练' };
  expect(putOf(kept, { enabled: false })).toEqual({ protocol: 'cot', identity: 'EUD-1', unit: 'u2', datum: 'gcj02', clock: 'server', skew_s: 60, enabled: false, note: '演练', secret: 'keep' });
  expect(read(formOf(kept, units[1]), units)).toEqual({ body: putOf(kept, {}), wrong: {} });
});

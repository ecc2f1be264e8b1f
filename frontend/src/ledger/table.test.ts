import { describe, expect, it } from 'vitest';
import { COLUMNS, fill, use } from './columns';
import { freshness, matches, sorted, stale, within, type Entry, type Filter, type Word } from './table';

const today = '2026-11-23';
const words: Record<string, string> = { 'shelter_state.open': '开放', 'shelter_state.ready': '待用' };
const word: Word = (list, code) => words[`${list}.${code}`] ?? code;
const entry = (code: string, name: string, more: Record<string, unknown> = {}): Entry => ({
  id: code, version: 1, recorded_at: '2026-01-01T00:00:00Z', properties: { code, name, division: '130302001', state: 'ready', capacity: 100, occupancy: 0, ...more },
});
const all: Filter = { text: '', stale: false, division: '' };
const hit = (e: Entry, f: Partial<Filter>) => matches(e, { ...all, ...f }, COLUMNS.shelter, word, today);
const codes = (entries: Entry[]) => entries.map((e) => e.id).join(' ');

describe('ledger table', () => {
  it('calls stale only what is past its day', () => {
    expect(stale({ verify_by: '2026-11-22' }, today)).toBe(true);
    expect(stale({ verify_by: today }, today)).toBe(false);
    expect(stale({}, today)).toBe(false);
  });

  it('scores freshness; unchecked is not fresh, nothing is not 100 %', () => {
    expect(freshness([entry('1', 'a', { verify_by: '2027-01-01' }), entry('2', 'b', { verify_by: '2020-01-01' }), entry('3', 'c')], today)).toBeCloseTo(1 / 3);
    expect(freshness([], today)).toBeUndefined();
    expect(freshness([entry('3', 'c')], today)).toBeUndefined();
  });

  it('finds every word, in names and in the words of codes', () => {
    const e = entry('S-7', '海港体育馆', { state: 'open', name_en: 'Haigang Gym' });
    expect(hit(e, { text: '开放 体育' })).toBe(true);
    expect(hit(e, { text: 'ＨＡＩＧＡＮＧ s-7' })).toBe(true);
    expect(hit(e, { text: '开放 青龙' })).toBe(false);
    expect(hit(e, { division: '130302' })).toBe(true);
    expect(hit(e, { division: '130321' })).toBe(false);
    expect(hit(e, { stale: true })).toBe(false);
  });

  it('takes the city for all of its counties', () => {
    expect(within('130321004', '130300')).toBe(true);
    expect(within('130400', '130300')).toBe(false);
  });

  it('sorts numbers as numbers, unknown last, codes by their words', () => {
    const rows = [entry('a', '甲', { capacity: 9, state: 'ready' }), entry('b', '乙', { capacity: undefined }), entry('c', '丙', { capacity: 80, state: 'open' })];
    expect(codes(sorted(rows, { key: 'capacity', down: false }, COLUMNS.shelter, word))).toBe('a c b');
    expect(codes(sorted(rows, { key: 'capacity', down: true }, COLUMNS.shelter, word))).toBe('c a b');
    expect(codes(sorted(rows, { key: 'state', down: false }, COLUMNS.shelter, word))).toBe('a b c'); // daiyong before kaifang
    expect(codes(sorted([entry('S-10', 'x'), entry('S-9', 'x')], { key: 'code', down: false }, COLUMNS.shelter, word))).toBe('S-9 S-10');
  });

  it('does not invent a fill or a use', () => {
    expect(fill({ stock: [{ quantity: 5 }] })).toBeUndefined();
    expect(fill({ stock: [{ quantity: 50, target: 10 }, { quantity: 0, target: 10 }] })).toBe(0.5);
    expect(use({ capacity: 0, occupancy: 0 })).toBeUndefined();
  });
});

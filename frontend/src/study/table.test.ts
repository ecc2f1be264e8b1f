import { describe, expect, it } from 'vitest';
import { sorted, tableCsv, type Heads } from './table';
import type { Answer, Compared, Row } from './variants';

const row = (name: string, share: number | undefined, gap: number): Compared => ({
  division: name, name, people: 100, people_covered: 100 - gap, people_share: share, area_m2: 1, area_covered_m2: 1, overlap: [0, 0, 0, 0], gap_people: gap,
});
const names = (rows: Compared[]) => rows.map((r) => r.name).join('');

describe('study table', () => {
  const rows = [row('山', 0.2, 80), row('海', undefined, 0), row('卢', 0.9, 10), row('北', 0.2, 5)];

  it('sorts by figure, unknown last both ways, equal ones by pinyin', () => {
    expect(names(sorted(rows, { key: 'people_share', down: false }))).toBe('北山卢海');
    expect(names(sorted(rows, { key: 'people_share', down: true }))).toBe('卢北山海');
  });

  it('sorts names by pinyin', () => {
    expect(names(sorted(rows, { key: 'name', down: false }))).toBe('北海卢山');
  });

  it('goes out as CSV with the change and the notes', () => {
    const r = (s: number): Row => ({ ...row('=海', s, 10), county: '130302' });
    const answer = (s: number) => ({ results: [{ distance_m: 500, counties: [r(s)], townships: [] }] }) as unknown as Answer;
    const heads: Heads = {
      division: 'code', name: 'name', county: 'county', distance: 'm', people: 'people', covered: 'covered', gap: 'gap',
      share: 'share', area: 'area', change: 'change', overlap: ['0', '1', '2', '3+'],
    };
    const lines = tableCsv(answer(0.75), answer(0.5), heads, [['basis', 'crow_flies']]).split('\r\n');
    expect(lines[1]).toBe("500,'=海,'=海,130302,100,90,10,0.75,0.25,,0,0,0,0");
    expect(lines.slice(2)).toEqual(['', 'basis,crow_flies', '']);
    const timed = { basis: 'road', results: [{ limit_s: 500, counties: [r(0.75)], townships: [] }] } as unknown as Answer;
    expect(tableCsv(timed, answer(0.5), heads, []).split('\r\n')[1]).toBe("8.3333,'=海,'=海,130302,100,90,10,0.75,,,0,0,0,0");
  });
});

import { describe, expect, it } from 'vitest';
import { csv, field } from './csv';

describe('csv', () => {
  it('never lets a name become a formula', () => {
    for (const evil of ['=1+1', '+8613', '-2+3', '@SUM(A1)', '\t=1', ' =1', '＝1']) expect(field(evil).replaceAll('"', '')).toMatch(/^'/);
  });

  it('leaves numbers numbers', () => {
    expect(field(-3.5)).toBe('-3.5');
    expect(field(NaN)).toBe('');
    expect(field(undefined)).toBe('');
  });

  it('quotes what would break a line', () => {
    expect(field('a,b')).toBe('"a,b"');
    expect(field('say "x"')).toBe('"say ""x"""');
    expect(field('海港区')).toBe('海港区');
  });

  it('writes a mark and CRLF', () => {
    expect(csv([['名称', 'n'], ['a', 1]])).toBe('\uFEFF名称,n\r\na,1\r\n');
  });
});

import type { Column, Table } from './kinds';
import { keyColumn, measures } from './compare';

export interface TableRow { key: string; cells: readonly unknown[] }
export interface Sort { by: string; down: boolean }

const pinyin = new Intl.Collator('zh-CN', { numeric: true });

/** Rows in order of a column; what is not known stands last whichever way one sorts. No order: as they came. */
export function ordered(t: Table, sort: Sort | undefined): TableRow[] {
  const key = keyColumn(t);
  const rows = t.rows.map((cells, i) => ({ key: `${String(cells[key] ?? '')} ${i}`, cells }));
  const at = sort ? t.columns.findIndex((c) => c.code === sort.by) : -1;
  if (!sort || at < 0) return rows;
  const sign = sort.down ? -1 : 1;
  return rows.sort((x, y) => {
    const [a, b] = [x.cells[at] ?? undefined, y.cells[at] ?? undefined];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : pinyin.compare(String(a), String(b)));
  });
}

/** Columns for a narrow place: what names a row, and the first measures; all is the whole table. */
export function narrow(t: Table, most: number): Column[] {
  const name = t.columns.find((c) => c.code === 'name') ?? t.columns.find((c) => c.unit === 'text') ?? t.columns[0];
  const numbers = measures(t);
  const rest = [...numbers.filter((c) => c.unit === 'share'), ...numbers.filter((c) => c.unit !== 'share'), ...t.columns.filter((c) => c.unit === 'text')].filter((c) => c !== name);
  const shown = new Set([name, ...rest.slice(0, most)]);
  return t.columns.filter((c) => shown.has(c));
}

/** Columns without the words of the other language: of two such as reason and reason_en one is shown. */
export function inLanguage(columns: readonly Column[], english: boolean): Column[] {
  const codes = new Set(columns.map((c) => c.code));
  return columns.filter((c) => (english ? !codes.has(`${c.code}_en`) : !(c.code.endsWith('_en') && codes.has(c.code.slice(0, -3)))));
}

/** The code of the division a row is about, where there is one. */
export function divisionOf(t: Table, row: TableRow): string {
  const at = t.columns.findIndex((c) => c.code === 'division');
  return at < 0 ? '' : String(row.cells[at] ?? '');
}


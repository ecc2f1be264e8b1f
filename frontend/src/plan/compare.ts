import type { Column, Figure, Result, Table } from './kinds';

/** Two values of the same thing; diff is b less a, where both are known numbers. */
export interface Pair { a?: unknown; b?: unknown; diff?: number }
export interface FigurePair extends Pair { code: string; title: string; title_en: string; unit: string }
export interface RowPair extends Pair { key: string; label: string }

/** Figures of two results by code, in the order of the first; what only the second has follows. */
export function figurePairs(a: Result, b: Result): FigurePair[] {
  const other = new Map(b.figures.map((f) => [f.code, f]));
  const known = new Set(a.figures.map((f) => f.code));
  const pair = (f: Figure, x: Figure | undefined, y: Figure | undefined): FigurePair => ({ code: f.code, ...bothTitles(x ?? f, y ?? f), unit: f.unit, ...paired(x?.value, y?.value) });
  return [...a.figures.map((f) => pair(f, f, other.get(f.code))), ...b.figures.filter((f) => !known.has(f.code)).map((f) => pair(f, undefined, f))];
}

interface Titles { title: string; title_en: string }
/** Titles of what two studies count alike but say differently, such as within other limits: both, so that neither is taken for the other. */
function bothTitles(a: Titles, b: Titles): Titles {
  const both = (x: string, y: string) => (x === y ? x : `${x} / ${y}`);
  return { title: both(a.title, b.title), title_en: both(a.title_en, b.title_en) };
}

/** Tables that both results have, with the columns of numbers that both know. */
export function sharedTables(a: Result, b: Result): { a: Table; b: Table; columns: Column[] }[] {
  return a.tables.flatMap((t) => {
    const u = b.tables.find((x) => x.code === t.code);
    const columns = u ? measures(t).flatMap((c) => u.columns.filter((d) => d.code === c.code && d.unit === c.unit).map((d) => ({ ...c, ...bothTitles(c, d) }))) : [];
    return u && columns.length ? [{ a: t, b: u, columns }] : [];
  });
}

/** Rows of two tables beside each other, matched by what names a row. */
export function rowPairs(a: Table, b: Table, column: string): RowPair[] {
  const [ka, kb] = [keyColumn(a), keyColumn(b)];
  const [ca, cb] = [place(a, column), place(b, column)];
  const other = new Map(b.rows.map((r) => [String(r[kb]), r]));
  const seen = new Set(a.rows.map((r) => String(r[ka])));
  const rows = a.rows.map((r) => ({ key: String(r[ka]), label: labelOf(a, r), ...paired(r[ca], other.get(String(r[ka]))?.[cb]) }));
  return [...rows, ...b.rows.filter((r) => !seen.has(String(r[kb]))).map((r) => ({ key: String(r[kb]), label: labelOf(b, r), ...paired(undefined, r[cb]) }))];
}

/** Columns that hold numbers. */
export const measures = (t: Table): Column[] => t.columns.filter((c) => c.unit !== 'text' && !IDENTITY.includes(c.code) && !['rank', 'lon', 'lat'].includes(c.code));

const IDENTITY = ['division', 'id', 'code'];
const place = (t: Table, code: string): number => t.columns.findIndex((c) => c.code === code);

/** The column that tells rows apart: a code where there is one, else the first. */
export function keyColumn(t: Table): number {
  const found = IDENTITY.map((code) => place(t, code)).find((i) => i >= 0);
  return found ?? 0;
}

/** What a person calls a row: its name, else its first words. */
export function labelOf(t: Table, row: readonly unknown[]): string {
  const name = place(t, 'name');
  const i = name >= 0 ? name : t.columns.findIndex((c) => c.unit === 'text' && !IDENTITY.includes(c.code));
  return String(row[i >= 0 ? i : 0] ?? '');
}

function paired(a: unknown, b: unknown): Pair {
  return { a: a ?? undefined, b: b ?? undefined, diff: typeof a === 'number' && typeof b === 'number' ? b - a : undefined };
}

import type { Layer, Result, Table } from './kinds';
import { inLanguage } from './order';

export interface CardRow { code: string; title: string; title_en: string; unit: string; value: unknown }
export interface Card { layer: Layer | undefined; name: string; order?: number; reason: string; rows: CardRow[] }

const KEYS = ['rank', 'code', 'division'];
const PEOPLE: Omit<CardRow, 'value'> = { code: 'people', title: '人口', title_en: 'People', unit: 'people' };

/** What is known of a clicked thing: the row of the table that lists it, else what the map knows of its people. */
export function cardOf(result: Result, code: string, p: Record<string, unknown>, english: boolean): Card {
  const layer = result.layers.find((l) => l.code === code);
  const found = rowOf(result.tables.filter((t) => t.code === code), p) ?? rowOf(result.tables.filter((t) => t.columns.some((c) => c.code === 'code')), p);
  const cell = (key: string) => found && found.row[found.table.columns.findIndex((c) => c.code === key)];
  const reason = (english && cell('reason_en')) || cell('reason') || p.reason || '';
  const rows: CardRow[] = found
    ? inLanguage(found.table.columns, english).flatMap((c) => {
        const value = cell(c.code);
        return c.code === 'name' || c.code === 'rank' || c.code.startsWith('reason') || value === null || value === undefined ? [] : [{ ...c, value }];
      })
    : typeof p.people === 'number' ? [{ ...PEOPLE, value: p.people }] : [];
  return { layer, name: String(cell('name') ?? p.name ?? ''), ...(typeof p.rank === 'number' ? { order: p.rank } : {}), reason: String(reason), rows };
}

/** The row that a feature's number, code or division names. */
function rowOf(tables: readonly Table[], p: Record<string, unknown>): { table: Table; row: readonly unknown[] } | undefined {
  for (const table of tables) {
    for (const key of KEYS) {
      const at = table.columns.findIndex((c) => c.code === key);
      const row = at >= 0 && p[key] !== undefined ? table.rows.find((r) => r[at] === p[key]) : undefined;
      if (row) return { table, row };
    }
  }
  return undefined;
}

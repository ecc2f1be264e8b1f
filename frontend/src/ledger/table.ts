import type { Column } from './columns';
import type { Properties } from './form';

export interface Entry {
  id: string;
  version: number;
  recorded_at: string;
  properties: Properties;
}
export interface Sort { key: string; down: boolean }
/** since: only what was recorded at that moment, such as by one import. */
export interface Filter { text: string; stale: boolean; division: string; since?: string }
/** Turns a code into the word people read; what the table sorts and filters by. */
export type Word = (list: string, code: string) => string;

const pinyin = new Intl.Collator('zh-CN', { numeric: true });

/** Past its verify-by day on `today` (YYYY-MM-DD). An entry without one is never stale, but unchecked. */
export function stale(p: Properties, today: string): boolean {
  const by = p['verify_by'];
  return typeof by === 'string' && by < today;
}

/**
 * Share of entries not past their verify-by day. One without a day counts as not fresh, for nobody has promised to
 * check it; where no entry has one, freshness is unknown.
 */
export function freshness(all: readonly Entry[], today: string): number | undefined {
  const promised = all.filter((e) => typeof e.properties['verify_by'] === 'string');
  return promised.length ? promised.filter((e) => !stale(e.properties, today)).length / all.length : undefined;
}

/** 130300 holds all of 1303…, 130321 all of 130321…. */
export function within(code: unknown, area: string): boolean {
  const prefix = area.length === 6 && area.endsWith('00') ? area.slice(0, 4) : area;
  return String(code ?? '').startsWith(prefix);
}

/** Every word of the text must stand somewhere in name, English name, code, owner or a column; case and width do not matter. */
export function matches(e: Entry, f: Filter, columns: readonly Column[], word: Word, today: string): boolean {
  if (f.stale && !stale(e.properties, today)) return false;
  if (f.since && e.recorded_at !== f.since) return false;
  if (f.division && !within(e.properties['division'], f.division)) return false;
  const words = plain(f.text).split(/\s+/).filter(Boolean);
  if (!words.length) return true;
  const p = e.properties;
  const hay = plain([p['code'], p['name'], p['name_en'], p['owner'], p['division'], ...columns.map((c) => said(c, p, word))].join('\n'));
  return words.every((w) => hay.includes(w));
}

/** Sorted copy; unknown values stand last whichever way one sorts, equal ones by code. */
export function sorted(all: readonly Entry[], sort: Sort, columns: readonly Column[], word: Word): Entry[] {
  const column = columns.find((c) => c.key === sort.key);
  const key = (e: Entry): string | number | undefined => {
    if (!column) return e.properties[sort.key] as string | undefined;
    const v = column.value(e.properties);
    return column.kind === 'number' || column.kind === 'share' || column.list === undefined ? v : said(column, e.properties, word);
  };
  const sign = sort.down ? -1 : 1;
  return all
    .map((e) => ({ e, k: key(e), code: String(e.properties['code'] ?? '') }))
    .sort((a, b) => order(a.k, b.k, sign) || pinyin.compare(a.code, b.code))
    .map((x) => x.e);
}

function order(a: string | number | undefined, b: string | number | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * pinyin.compare(String(a), String(b));
}

function said(c: Column, p: Properties, word: Word): string {
  const v = c.value(p);
  if (v === undefined) return '';
  if (c.kind === 'codes') return String(v).split(',').map((x) => word(c.list ?? '', x)).join('、');
  return c.kind === 'code' || c.kind === 'team' ? word(c.list ?? c.kind, String(v)) : String(v);
}

const plain = (s: string): string => s.normalize('NFKC').toLowerCase();

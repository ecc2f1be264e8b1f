import type { components } from '../api/schema';
import { healthOf } from '../live/health';

type Schemas = components['schemas'];
export type Source = Schemas['IngestSource'];
export type Knock = Schemas['IngestKnock'];
export type Feed = Schemas['IngestFeed'];
export type Terminal = Schemas['Terminal'];
export type TerminalUnit = Schemas['TerminalUnit'];
export type Protocol = Schemas['TerminalProtocol'];

export const PROTOCOLS: readonly Protocol[] = ['jt808', 'osmand', 'cot', 'nmea', 'mqtt'];

/** Grade is how a source does, the best first. off: disabled; unbound: not of a terminal in the ledger. */
export type Grade = 'fresh' | 'late' | 'silent' | 'never' | 'off' | 'unbound';
export const GRADES: readonly Grade[] = ['fresh', 'late', 'silent', 'never', 'off', 'unbound'];

/** SourceRow is one line of the table; lastAt, connectedAt and errorAt are ms, undefined where there is none. */
export interface SourceRow {
  key: string;
  source: Source;
  unit?: TerminalUnit;
  grade: Grade;
  lastAt?: number;
  connectedAt?: number;
  errorAt?: number;
}

export type SortKey = 'grade' | 'protocol' | 'identity' | 'unit' | 'last' | 'since' | 'remote' | 'messages' | 'fixes' | 'refused' | 'error';

const ms = (at: string | undefined) => (at === undefined ? undefined : new Date(at).getTime());
const HEALTH = { live: 'fresh', ageing: 'late', stale: 'silent', lost: 'silent', none: 'never' } as const;

/** gradeOf grades a source at a moment (ms of the server's clock) as positions on the wall are graded. */
export function gradeOf(s: Source, now: number): Grade {
  if (!s.terminal) return 'unbound';
  if (s.enabled === false) return 'off';
  return HEALTH[healthOf(ms(s.last_at) ?? 0, now, '')];
}

export const keyOf = (s: Pick<Source, 'protocol' | 'identity'>): string => `${s.protocol} ${s.identity}`;

/** rowOf is a source as a line; unit is undefined when it has none, or one the reader is not told of. */
export function rowOf(s: Source, units: ReadonlyMap<string, TerminalUnit>, now: number): SourceRow {
  return { key: keyOf(s), source: s, unit: s.unit ? units.get(s.unit) : undefined, grade: gradeOf(s, now), lastAt: ms(s.last_at), connectedAt: ms(s.connected_since), errorAt: ms(s.last_error?.at) };
}

/** Filter narrows the table; empty fields let everything through. */
export interface Filter { text: string; protocol: string; grade: string }

/** matches says whether a line passes: every word of the text stands in its identity, unit or address. */
export function matches(r: SourceRow, f: Filter): boolean {
  if (f.protocol && r.source.protocol !== f.protocol || f.grade && r.grade !== f.grade) return false;
  const text = [r.source.identity, r.source.remote, r.unit?.call_sign, r.unit?.code, r.unit?.name].join(' ').toLowerCase();
  return f.text.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

type Value = string | number | undefined;
const VALUES: Record<SortKey, (r: SourceRow) => Value> = {
  grade: (r) => GRADES.indexOf(r.grade),
  protocol: (r) => PROTOCOLS.indexOf(r.source.protocol),
  identity: (r) => r.source.identity,
  unit: (r) => r.unit?.call_sign ?? r.unit?.code,
  last: (r) => r.lastAt && -r.lastAt, // it is shown as an age
  since: (r) => r.connectedAt,
  remote: (r) => r.source.remote,
  messages: (r) => r.source.messages,
  fixes: (r) => r.source.fixes,
  refused: (r) => r.source.refused,
  error: (r) => r.errorAt,
};
/** FALLING are the columns of which one wants the most, or the newest, first. */
export const FALLING: readonly SortKey[] = ['messages', 'fixes', 'refused', 'error'];
const words = new Intl.Collator('zh-CN', { numeric: true });

/** inOrder sorts lines; what is not known comes last either way, and those alike by protocol and identity. */
export function inOrder(rows: readonly SourceRow[], by: SortKey, down: boolean): SourceRow[] {
  const value = VALUES[by];
  const order = (a: SourceRow, b: SourceRow) => {
    const [x, y] = [value(a), value(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    const c = typeof x === 'string' ? words.compare(x, String(y)) : x - Number(y);
    return down ? -c : c;
  };
  return [...rows].sort((a, b) => order(a, b) || words.compare(a.key, b.key));
}

/** countOf counts lines by grade. */
export function countOf(rows: readonly SourceRow[]): Record<Grade, number> {
  const n: Record<Grade, number> = { fresh: 0, late: 0, silent: 0, never: 0, off: 0, unbound: 0 };
  for (const r of rows) n[r.grade]++;
  return n;
}

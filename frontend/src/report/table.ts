import type { components } from '../api/schema';
import { csv, type CsvCell } from '../ui/csv';

export type Report = components['schemas']['IntervalReport'];
export type Interval = components['schemas']['Interval'];
export type Code = Interval['code'];

/** missingShare is how much of what should be known is not; undefined where nothing is due. */
export function missingShare(v: Interval): number | undefined {
  const all = v.n + v.missing;
  return all ? v.missing / all : undefined;
}

/** AIM is the share that should keep a target (domain model §4: at 90 %). */
export const AIM = 0.9;

/** falls says that less than the aim kept its target; a share of nothing falls nowhere. */
export const falls = (v: Interval): boolean => v.within_target !== undefined && v.within_target < AIM;

/** took is whole seconds as m:ss, from an hour on h:mm:ss, so that columns of times align. */
export function took(s: number | undefined): string {
  if (s === undefined) return '–';
  const two = (n: number) => String(n).padStart(2, '0');
  const whole = Math.round(s);
  return whole < 3600 ? `${Math.floor(whole / 60)}:${two(whole % 60)}` : `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** ofCode is one interval of a list. */
export const ofCode = (list: readonly Interval[], code: Code): Interval | undefined => list.find((v) => v.code === code);

export interface Heads { group: string; key: string; name: string; interval: string; n: string; missing: string; share: string; p50: string; p90: string; target: string; within: string; source: string; total: string; kind: string; division: string }

/** reportCsv is the whole report, a line for each interval of all, each kind and each division, and below it what it covers. */
export function reportCsv(r: Report, heads: Heads, word: (code: Code) => string, source: (s: string) => string, notes: CsvCell[][]): string {
  const line = (group: string, key: string, name: string) => (v: Interval): CsvCell[] => [
    group, key, name, word(v.code), v.n, v.missing, digits(missingShare(v)), v.p50_s, v.p90_s, v.target_s, digits(v.within_target), v.source && source(v.source),
  ];
  return csv([
    [heads.group, heads.key, heads.name, heads.interval, heads.n, heads.missing, heads.share, `${heads.p50} (s)`, `${heads.p90} (s)`, `${heads.target} (s)`, heads.within, heads.source],
    ...r.total.map(line(heads.total, '', '')),
    ...r.by_kind.flatMap((g) => g.intervals.map(line(heads.kind, g.key, g.name))),
    ...r.by_division.flatMap((g) => g.intervals.map(line(heads.division, g.key, g.name))),
    [], ...notes,
  ]);
}

const digits = (x: number | undefined): number | undefined => (x === undefined ? undefined : Math.round(x * 1e4) / 1e4);

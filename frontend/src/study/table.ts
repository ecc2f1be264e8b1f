import { csv, type CsvCell } from '../ui/csv';
import { alike, compare, limitOf, type Answer, type Compared, type Result } from './variants';

export type SortKey = 'name' | 'people_share' | 'change' | 'gap_people' | 'people';
export interface Sort { key: SortKey; down: boolean }

const pinyin = new Intl.Collator('zh-CN');

/** Rows in order; unknown figures stand last whichever way one sorts. */
export function sorted(rows: Compared[], sort: Sort): Compared[] {
  const sign = sort.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (sort.key === 'name') return sign * pinyin.compare(a.name, b.name);
    const x = a[sort.key], y = b[sort.key];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || pinyin.compare(a.name, b.name);
    return sign * (x - y) || pinyin.compare(a.name, b.name);
  });
}

export interface Heads {
  division: string;
  name: string;
  county: string;
  distance: string;
  people: string;
  covered: string;
  gap: string;
  share: string;
  area: string;
  change: string;
  overlap: string[];
}

/**
 * Every county and township of every distance or travel time (in minutes) as one CSV file, shares as fractions with four digits,
 * and below them the lines that say what the figures rest on.
 */
export function tableCsv(answer: Answer, base: Answer | undefined, heads: Heads, notes: CsvCell[][]): string {
  const rows: CsvCell[][] = [
    [heads.distance, heads.division, heads.name, heads.county, heads.people, heads.covered, heads.gap, heads.share, heads.change, heads.area, ...heads.overlap],
  ];
  for (const result of answer.results) {
    const before = alike(base, answer)?.results.find((r) => limitOf(r) === limitOf(result));
    for (const r of both(result, before)) {
      rows.push([
        result.limit_s === undefined ? result.distance_m : digits(result.limit_s / 60), r.division, r.name, r.county, r.people, r.people_covered, r.gap_people,
        digits(r.people_share), digits(r.change), digits(r.area_share), ...r.overlap,
      ]);
    }
  }
  return csv([...rows, [], ...notes]);
}

function both(now: Result, before: Result | undefined): Compared[] {
  return [...compare(now.counties, before?.counties), ...compare(now.townships, before?.townships)];
}

const digits = (x: number | undefined): number | undefined => (x === undefined ? undefined : Math.round(x * 1e4) / 1e4);

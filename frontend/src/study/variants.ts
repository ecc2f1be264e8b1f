import type { components } from '../api/schema';
import type { Inputs } from './inputs';

export type Answer = components['schemas']['CoverageAnswer'];
export type Result = components['schemas']['CoverageResult'];
export type Share = components['schemas']['CoverageShare'];
export type Row = components['schemas']['CoverageRow'];

/** A named, unchangeable set of inputs with the answer they gave. */
export interface Variant {
  readonly id: string;
  readonly name: string;
  readonly inputs: Inputs;
  readonly answer: Answer;
  readonly by: string;
}

/** The headline of one result. A share is undefined when nobody lives there: unknown is not zero. */
export interface Figures {
  people_share?: number;
  area_share?: number;
  people_covered: number;
  gap_people: number;
}

export function figures(s: Share): Figures {
  return {
    people_share: s.people_share,
    area_share: s.area_share,
    people_covered: s.people_covered,
    gap_people: s.people - s.people_covered,
  };
}

/** What b has more than a, field by field; undefined where either side is unknown. */
export function delta(a: Figures | undefined, b: Figures | undefined): Partial<Figures> {
  if (!a || !b) return {};
  return {
    people_share: minus(b.people_share, a.people_share),
    area_share: minus(b.area_share, a.area_share),
    people_covered: b.people_covered - a.people_covered,
    gap_people: b.gap_people - a.gap_people,
  };
}

/** What a result is about: metres, or seconds of travel by road. */
export const limitOf = (r: Result): number => r.limit_s ?? r.distance_m ?? 0;

/** The result at exactly that distance or travel time; those of two variants need not be the same. */
export function at(answer: Answer | undefined, limit: number): Result | undefined {
  return answer?.results.find((r) => limitOf(r) === limit);
}

/** The answer when it was measured as the other was: minutes say nothing about metres. */
export const alike = (answer: Answer | undefined, other: Answer | undefined): Answer | undefined => (answer?.basis === other?.basis ? answer : undefined);

export interface Compared extends Row {
  gap_people: number;
  /** Difference of the people share against the baseline, in shares (0.1 is ten points). */
  change?: number;
}

/** Rows of now beside those of the baseline, matched by division code. */
export function compare(now: Row[], base: Row[] | undefined): Compared[] {
  const before = new Map(base?.map((r) => [r.division, r]));
  return now.map((r) => ({
    ...r,
    gap_people: r.people - r.people_covered,
    change: minus(r.people_share, before.get(r.division)?.people_share),
  }));
}

/** Codes of the townships a code stands for: a township itself, or those that a county's figures count. */
export function townshipsIn(result: Result | undefined, code: string): Set<string> {
  if (code.length !== 6) return new Set(code ? [code] : []);
  return new Set(result?.townships.filter((r) => r.county === code || r.division.startsWith(code)).map((r) => r.division));
}

/** The county whose figures count a division. */
export function countyOf(result: Result | undefined, code: string): string {
  return code.length === 6 ? code : (result?.townships.find((r) => r.division === code)?.county ?? code.slice(0, 6));
}

/** The next free letter after the baseline (A): B … Z, then B2 …. */
export function nextName(taken: string[]): string {
  for (let round = 1; ; round++) {
    for (let c = 66; c <= 90; c++) {
      const name = String.fromCharCode(c) + (round > 1 ? round : '');
      if (!taken.includes(name)) return name;
    }
  }
}

function minus(b: number | undefined, a: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : b - a;
}

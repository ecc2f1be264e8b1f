import type { Activation, Recommendation } from './calls';

/** Kept is a recommendation as it was kept with its orders; total is how many why-nots there were. */
export interface Kept {
  answer: Recommendation;
  total?: number;
}

const LISTS = ['requirements', 'picks', 'alternates', 'rejected', 'shortfalls', 'places', 'closures'] as const;

/** keptOf reads what an activation kept. It was written by whatever client ordered: what has no picks is none, a list that lacks is empty. */
export function keptOf(a: Activation): Kept | undefined {
  const r = a.recommendation as Record<string, unknown> | null | undefined;
  if (typeof r !== 'object' || r === null || !Array.isArray(r.picks)) return undefined;
  const lists = Object.fromEntries(LISTS.map((name) => [name, Array.isArray(r[name]) ? r[name] : []]));
  const total = typeof r.rejected_total === 'number' ? r.rejected_total : undefined;
  return { answer: { ...(r as unknown as Recommendation), ...lists }, total };
}

/** notSent are the picks of a recommendation that were not ordered with it. */
export function notSent(kept: Kept, units: readonly string[]): Recommendation['picks'] {
  return kept.answer.picks.filter((p) => !units.includes(p.unit));
}
/** sentAs is how the recommendation had a unit that was ordered with it; undefined when it had not. */
export function sentAs(kept: Kept, unit: string): Recommendation['picks'][number] | undefined {
  return [...kept.answer.picks, ...kept.answer.alternates].find((p) => p.unit === unit);
}

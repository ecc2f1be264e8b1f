import type { NearestHit } from '../api/types';

/** Row is a hit in its place; up is by how many places it has risen since the answer before, less than 0: fallen. gone: the newest answer has it no more, its figures are old. */
export interface Row {
  hit: NearestHit;
  up: number;
  gone?: boolean;
}

const key = (h: NearestHit) => h.kind + h.id;

/** inOrder lays out an answer, and marks what changed its place. What is new in the list has not risen. */
export function inOrder(before: readonly Row[], results: readonly NearestHit[]): Row[] {
  const old = new Map(before.map((r, i) => [key(r.hit), i]));
  return results.map((hit, i) => ({ hit, up: (old.get(key(hit)) ?? i) - i }));
}

/** held keeps the rows where they are under a pointer, with new figures; changed says that the order would now be another. */
export function held(before: readonly Row[], results: readonly NearestHit[]): { rows: Row[]; changed: boolean } {
  const now = new Map(results.map((h) => [key(h), h]));
  const rows = before.map((r) => ({ hit: now.get(key(r.hit)) ?? r.hit, up: r.up, ...(!now.has(key(r.hit)) && { gone: true }) }));
  const changed = before.length !== results.length || before.some((r, i) => key(r.hit) !== key(results[i]!));
  return { rows, changed };
}

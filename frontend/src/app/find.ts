import type { SearchHit } from '../api/types';

/** Prefix narrows what is searched: everything, incidents, units, places that hold things, commands, places on the ground. */
export type Prefix = '' | '#' | '@' | '!' | '>' | ':';

const KINDS: Record<Prefix, readonly string[] | undefined> = {
  '': undefined,
  '#': ['incident'],
  '@': ['unit', 'team'],
  '!': ['shelter', 'depot', 'closure'],
  '>': [],
  ':': ['place', 'coordinate', 'division'],
};

/** readTyped parts the prefix from the words. */
export function readTyped(typed: string): { prefix: Prefix; words: string } {
  const first = typed.trimStart()[0] as Prefix | undefined;
  const prefix = first && first in KINDS ? first : '';
  return { prefix, words: typed.trimStart().slice(prefix.length).trim() };
}

/** narrowed keeps the hits a prefix asks for. */
export function narrowed(hits: readonly SearchHit[], prefix: Prefix): SearchHit[] {
  const kinds = KINDS[prefix];
  return kinds ? hits.filter((h) => kinds.includes(h.kind)) : [...hits];
}

import type { IncidentKind } from '../api/types';

/** CLASSES are the four classes of GB/T 35561 with the kinds that belong to each; other belongs to none. */
export const CLASSES = [
  { code: 'natural', kinds: ['forest_fire', 'flood', 'geohazard', 'earthquake', 'storm_surge'] },
  { code: 'accident', kinds: ['building_fire', 'hazmat', 'tailings', 'mine', 'marine', 'traffic'] },
  { code: 'health', kinds: ['medical', 'public_health'] },
  { code: 'social', kinds: ['social', 'other'] },
] as const satisfies readonly { code: string; kinds: readonly IncidentKind[] }[];

/** KINDS in the order in which they stand on the screen. */
export const KINDS: readonly IncidentKind[] = CLASSES.flatMap((c) => c.kinds);

// The first character of each letter's syllables in the order of pinyin (CLDR zh collation); I, U and V begin none.
const FIRST = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨他哇夕丫帀';
const LETTERS = 'ABCDEFGHJKLMNOPQRSTWXYZ';
const collator = new Intl.Collator('zh-CN');

/** initial is the letter a word begins with: in Chinese that of its pinyin. Empty for what is neither. */
export function initial(word: string): string {
  const first = word.trim().charAt(0);
  if (/[a-z]/i.test(first)) return first.toUpperCase();
  if (!/\p{Script=Han}/u.test(first)) return '';
  let at = -1;
  for (const [i, begin] of [...FIRST].entries()) if (collator.compare(begin, first) <= 0) at = i;
  return LETTERS[at] ?? '';
}

/** jump is the next kind after the present one whose word begins with a letter, round and round; undefined when none does. */
export function jump(letter: string, present: string, word: (kind: IncidentKind) => string): IncidentKind | undefined {
  const start = KINDS.indexOf(present as IncidentKind) + 1;
  return [...KINDS.slice(start), ...KINDS.slice(0, start)].find((k) => initial(word(k)) === letter.toUpperCase());
}

import type { components } from '../api/schema';

type Requirement = components['schemas']['Requirement'];
export type Type = Requirement['type'];
export const TYPES: readonly Type[] = ['unit_kind', 'capability', 'equipment', 'stock', 'shelter_places'];
export const MOST_LEVELS = 5;
export const MOST_REQUIREMENTS = 40;

/** Typed is a whole number, or as it was typed when it is none. */
export type Typed = number | string;
/** Draft is a requirement while it is edited. */
export type Draft = Omit<Requirement, 'quantity' | 'within_min'> & { quantity?: Typed; within_min?: Typed };
export interface DraftLevel { name?: string; requirements: Draft[] }
export type Wrong = 'required' | 'quantity' | 'within' | 'item' | 'levels' | 'name';

/** whole reads what was typed; nothing typed is nothing. */
export function whole(text: string): Typed | undefined {
  const s = text.trim();
  return s === '' ? undefined : /^\d{1,9}$/.test(s) ? Number(s) : s;
}

/** without leaves out what is absent, so that it is not sent. */
function without<T extends object>(x: T): T {
  return Object.fromEntries(Object.entries(x).filter(([, v]) => v !== undefined && v !== '' && v !== false)) as T;
}
export const change = (r: Draft, set: Partial<Draft>): Draft => without({ ...r, ...set });

/** ofType is the requirement as one of another type: how many and how soon stay, the rest would mean something else. */
export function ofType(r: Draft, type: Type): Draft {
  const { quantity, within_min, optional } = r;
  return without({ type, quantity, ...(type === 'capability' && { level: 4 }), ...(type === 'unit_kind' && { kinds: [] }), within_min, optional });
}
export const fresh = (): Draft => ({ type: 'unit_kind', quantity: 1, kinds: [] });

/** moved puts what stands at one place to another, within the list. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list];
  const [x] = out.splice(from, 1);
  if (x === undefined) return [...list];
  out.splice(Math.max(0, Math.min(out.length, to)), 0, x);
  return out;
}
export const put = <T>(list: readonly T[], at: number, x: T): T[] => list.map((y, i) => (i === at ? x : y));
export const drop = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

const between = (n: Typed | undefined, most: number): boolean => typeof n === 'number' && n >= 1 && n <= most;

function checkOne(r: Draft, path: string, wrong: Record<string, Wrong>): void {
  if (!between(r.quantity, 100_000)) wrong[`${path}.quantity`] = r.quantity === undefined ? 'required' : 'quantity';
  if (r.within_min !== undefined && !between(r.within_min, 1440)) wrong[`${path}.within_min`] = 'within';
  if (r.type === 'unit_kind' && !r.kinds?.length) wrong[`${path}.kinds`] = 'required';
  if (r.type === 'capability' && !r.discipline) wrong[`${path}.discipline`] = 'required';
  if (r.type === 'capability' && !r.level) wrong[`${path}.level`] = 'required';
  if (r.type === 'equipment' && !r.item?.trim()) wrong[`${path}.item`] = 'required';
  if (r.type === 'stock' && !/^\d{7}$/.test(r.item ?? '')) wrong[`${path}.item`] = r.item ? 'item' : 'required';
}

/** checkLevels finds what the server would refuse, by its paths: levels[0].requirements[1].quantity. */
export function checkLevels(levels: readonly DraftLevel[]): Record<string, Wrong> {
  const wrong: Record<string, Wrong> = {};
  if (!levels.length || levels.length > MOST_LEVELS) wrong['levels'] = 'levels';
  levels.forEach((level, i) => {
    if ([...(level.name ?? '')].length > 60) wrong[`levels[${i}].name`] = 'name';
    level.requirements.forEach((r, j) => checkOne(r, `levels[${i}].requirements[${j}]`, wrong));
  });
  return wrong;
}

/** levelsOf reads what a card holds; a new one holds none. */
export function levelsOf(value: unknown): DraftLevel[] {
  if (!Array.isArray(value)) return [];
  return (value as Partial<DraftLevel>[]).map((l) => ({ ...l, requirements: Array.isArray(l?.requirements) ? l.requirements : [] }));
}

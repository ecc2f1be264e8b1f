import { fieldsOf, type Form } from './form';
import type { Ledger } from './fields';

export type Side = 'mine' | 'theirs';

/** A field on which the version being edited and the one that came first do not agree. */
export interface Clash {
  name: string;
  mine: Form[string];
  theirs: Form[string];
  /** Only one side has changed it since; that side is proposed. */
  proposed: Side;
  /** Both changed it: a person has to look. */
  both: boolean;
}

/** Three-way comparison: base is what the form was filled from. */
export function clashes(ledger: Ledger, base: Form, mine: Form, theirs: Form): Clash[] {
  return fieldsOf(ledger).flatMap(({ name }) => {
    const b = base[name]!, m = mine[name]!, t = theirs[name]!;
    if (equal(m, t)) return [];
    const iChanged = !equal(b, m), theyChanged = !equal(b, t);
    return [{ name, mine: m, theirs: t, proposed: iChanged ? 'mine' : 'theirs', both: iChanged && theyChanged }];
  });
}

/** The form with each clash decided; a field without a clash is the same on both sides. */
export function settle(theirs: Form, all: Clash[], choice: Record<string, Side>): Form {
  const out: Form = { ...theirs };
  for (const c of all) out[c.name] = (choice[c.name] ?? c.proposed) === 'mine' ? c.mine : c.theirs;
  return out;
}

export function changed(ledger: Ledger, before: Form, now: Form): boolean {
  return fieldsOf(ledger).some(({ name }) => !equal(before[name]!, now[name]!));
}

const equal = (a: Form[string], b: Form[string]): boolean => JSON.stringify(a) === JSON.stringify(b);

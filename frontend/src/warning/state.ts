import type { components } from '../api/schema';
import type { Warning } from '../api/types';

type Schemas = components['schemas'];
export type { Warning };
export type Text = Schemas['WarningText'];
export type Colour = Schemas['WarningColour'];
export type State = Schemas['WarningState'];

/** COLOURS of a warning, the worst first. */
export const COLOURS: readonly Colour[] = ['red', 'orange', 'yellow', 'blue'];
/** LONGEST is how long one that does not say its end is held to be in force, in ms. */
export const LONGEST = 72 * 3_600_000;
/** APPROVAL is how long an approval stands, in ms. */
export const APPROVAL = 30 * 60_000;

const ms = (at: string) => new Date(at).getTime();

/** levelOf is the alert level of a colour, 1 the worst; 5: another house named none. */
export const levelOf = (c: Colour | undefined): number => (c ? COLOURS.indexOf(c) + 1 : 5);

/** endOf is when a warning runs out by itself, in ms; undefined while nothing was ever out. */
export function endOf(w: Warning): number | undefined {
  if (w.text?.expires) return ms(w.text.expires);
  return w.foreign ? ms(w.foreign.sent) + LONGEST : undefined;
}

/** sinceOf is when what is in force was sent, in ms; undefined while nothing was. */
export function sinceOf(w: Warning): number | undefined {
  const at = w.foreign?.sent ?? w.sent.at(-1)?.sent;
  return at === undefined ? undefined : ms(at);
}

/** outAt is when the last message went out or will, in ms. */
export function outAt(w: Warning): number | undefined {
  const at = w.foreign?.received_at ?? w.sent.at(-1)?.out_at;
  return at === undefined ? undefined : ms(at);
}

/** leftToTakeBack is how long the last message can still be taken back, in ms; 0: it is out. */
export function leftToTakeBack(w: Warning, now: number): number {
  return w.origin === 'own' && w.state === 'issued' && w.sent.length ? Math.max(0, outAt(w)! - now) : 0;
}

/** inForce says whether a warning holds at a moment, out or about to be. */
export function inForce(w: Warning, now: number): boolean {
  return w.state === 'issued' && !!w.text && now < (endOf(w) ?? 0);
}

/** sounds says whether it is real, out and in force: the server said so when it told of it, but going out is no event. */
export function sounds(w: Warning, now: number): boolean {
  return inForce(w, now) && !w.exercise && (w.origin === 'foreign' || w.sent.some((m) => ms(m.out_at) <= now));
}

/** ringOf names what rings once: each message of a warning that is out. */
export function ringOf(w: Warning, now: number): string {
  return `warning-${w.id}-${w.sent.filter((m) => ms(m.out_at) <= now).length}`;
}

/** textOf is what a warning says, or would. */
export const textOf = (w: Warning): Text | undefined => w.text ?? w.work?.text;

/** byGravity puts the worst colour first, then what ends first. */
export function byGravity(a: Warning, b: Warning): number {
  return levelOf(textOf(a)?.colour) - levelOf(textOf(b)?.colour) || (endOf(a) ?? 0) - (endOf(b) ?? 0) || a.id.localeCompare(b.id);
}

/** GROUPS are the parts of the desk's list: what somebody must do something about comes first. */
export const GROUPS = ['review', 'approved', 'draft', 'issued', 'ended'] as const;
export type Group = (typeof GROUPS)[number];

/** groupsOf are the parts a warning stands in: one in force whose revision is being prepared stands in two. */
export function groupsOf(w: Warning): Group[] {
  const groups: Group[] = [];
  if (w.work) groups.push(w.work.state as Group);
  if (w.state === 'issued') groups.push('issued');
  else if (!w.work) groups.push(w.state in { updated: 1, cancelled: 1, expired: 1 } ? 'ended' : (w.state as Group));
  return groups;
}

/** newer puts what came later in the place of what was known. */
export function newer(known: Iterable<Warning>, more: Iterable<Warning>): Warning[] {
  const all = new Map<string, Warning>();
  for (const w of [...known, ...more]) if ((all.get(w.id)?.version ?? -1) <= w.version) all.set(w.id, w);
  return [...all.values()];
}

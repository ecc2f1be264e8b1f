import type { Problem, Receipt } from './types';

/** IntentState: a conflict and a refusal wait for a person; done has been taken by the server. */
export type IntentState = 'waiting' | 'sending' | 'done' | 'conflict' | 'refused';
export type IntentKind = 'step' | 'note' | 'photo' | 'sos' | 'report' | 'amend';

/** Intent (待发意图) is a wish to change, kept on the device until the server has answered it. */
export interface Intent {
  readonly id: string; // uuid; also the first Idempotency-Key
  readonly n: number; // place in this device's order
  readonly account: string; // whose: no other account sends it
  readonly subject: string; // what it is about; later ones about the same wait for it
  readonly kind: IntentKind;
  readonly method: 'PUT' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown; // of JSON; a photo's bytes are kept beside it
  readonly blob?: { readonly type: string; readonly bytes: number };
  readonly about: string; // for people: the incident or unit
  readonly text: string; // for people: the step's code, the words of the note
  readonly madeAt: number; // ms, the server's clock: goes along as occurred_at
  readonly key: string; // Idempotency-Key of the next attempt
  readonly version?: number; // seen when it was made, goes along as If-Match
  readonly state: IntentState;
  readonly tries: number;
  readonly notBefore: number; // ms, this device's clock
  readonly owner?: string; // the page that sends it, until leaseUntil
  readonly leaseUntil?: number;
  readonly answer?: Receipt;
  readonly problem?: Problem;
  readonly already?: boolean; // done by somebody else: it stood so before it came
  readonly endedAt?: number; // ms, this device's clock
}

/** Queue is all intents of a device; until and tries hold back everybody after the network failed. */
export interface Queue {
  readonly intents: readonly Intent[];
  readonly next: number;
  readonly until: number; // ms
  readonly tries: number;
  readonly why?: string; // the code that holds the queue back
}

export const EMPTY: Queue = { intents: [], next: 1, until: 0, tries: 0 };
export const MOST = 500; // intents; more are refused, but never a call for help
export const MOST_BYTES = 200 * 2 ** 20; // of photos
const KEPT = 50; // done ones still shown
const FIRST = 500, LONGEST = 30_000, LONGEST_SOS = 3000; // ms between attempts

/** Outcome is what came of one attempt; network: no answer that counts, so the same is sent again. */
export type Outcome =
  | { as: 'done'; receipt: Receipt; already?: boolean }
  | { as: 'conflict' | 'refused'; problem: Problem }
  | { as: 'network'; code: string; own?: boolean } // own: a slow photo holds back nobody else
  | { as: 'signed_out' };

export type QueueEvent =
  | { do: 'add'; intent: Draft; id: string; now: number }
  | { do: 'take'; account: string; owner: string; leaseMs: number; now: number; sole: boolean; urgent: boolean }
  | { do: 'answered'; id: string; owner: string; outcome: Outcome; now: number; chance: number }
  | { do: 'again'; id: string; key: string; version?: number } // a person: send it on top of what stands now
  | { do: 'drop'; id: string } // a person: forget it
  | { do: 'hurry' }; // the network came back, or somebody signed in

/** Draft is an intent as its maker knows it. */
export type Draft = Pick<Intent, 'account' | 'subject' | 'kind' | 'method' | 'path' | 'body' | 'blob' | 'about' | 'text' | 'madeAt' | 'version'>;

const ended = (i: Intent) => i.state === 'done';
/** pending are those that no one has to decide on and the server has not taken. */
export const isPending = (i: Intent): boolean => i.state === 'waiting' || i.state === 'sending';
/** stuck are those a person has to decide on. */
export const isStuck = (i: Intent): boolean => i.state === 'conflict' || i.state === 'refused';

/** backoff is how many ms to wait after n failures: full jitter between half a second and a bound that doubles. */
export function backoff(n: number, chance: number, longest = LONGEST): number {
  return FIRST + chance * Math.max(0, Math.min(longest, FIRST * 2 ** n) - FIRST);
}

/** isFull says whether a draft finds no room; a call for help always does. */
export function isFull(q: Queue, draft: Draft): boolean {
  const open = q.intents.filter((i) => !ended(i));
  const bytes = open.reduce((sum, i) => sum + (i.blob?.bytes ?? 0), draft.blob?.bytes ?? 0);
  return draft.kind !== 'sos' && (open.length >= MOST || bytes > MOST_BYTES);
}

/** nextOf is what may be sent now: the first whose subject has nothing unfinished before it. urgent looks at calls for help alone. */
export function nextOf(q: Queue, account: string, now: number, urgent: boolean): Intent | undefined {
  if (!urgent && isHeld(q.until, now)) return undefined;
  return heads(q, account, urgent).find((i) => !isHeld(i.notBefore, now));
}

/** isHeld says that a time is still to come; one farther off than any wait was set by a clock that has since been put back. */
const isHeld = (until: number, now: number): boolean => until > now && (until - now <= LONGEST || until === Infinity);

/** heads are the waiting ones whose subject has nothing unfinished before them, in order. */
function heads(q: Queue, account: string, urgent: boolean): Intent[] {
  const seen = new Set<string>();
  return q.intents.filter((i) => {
    if (i.account !== account || ended(i) || seen.has(i.subject)) return false;
    seen.add(i.subject);
    return i.state === 'waiting' && (i.kind === 'sos') === urgent;
  });
}

/** wakeAt is when nextOf may have something: ms, or undefined when only an event can change that. */
export function wakeAt(q: Queue, account: string, urgent: boolean): number | undefined {
  const times = heads(q, account, urgent).map((i) => (urgent ? i.notBefore : Math.max(q.until, i.notBefore)));
  return times.length ? Math.min(...times) : undefined;
}

/** fold is the queue after an event. It decides nothing that is not in the event, so two pages that fold in turns agree. */
export function fold(q: Queue, e: QueueEvent): Queue {
  switch (e.do) {
    case 'add':
      return added(q, e.intent, e.id);
    case 'take':
      return taken(q, e);
    case 'answered':
      return answered(q, e);
    case 'again':
      return edit(q, e.id, (i) => (isStuck(i) ? { ...fresh(i), key: e.key, version: e.version ?? i.version } : i));
    case 'drop':
      return dropped(q, e.id);
    case 'hurry':
      return { ...q, until: 0, tries: 0, why: undefined, intents: q.intents.map((i) => (i.state === 'waiting' ? { ...i, notBefore: 0 } : i)) };
  }
}

const edit = (q: Queue, id: string, change: (i: Intent) => Intent): Queue => ({ ...q, intents: q.intents.map((i) => (i.id === id ? change(i) : i)) });
const fresh = (i: Intent): Intent => ({ ...i, state: 'waiting', notBefore: 0, tries: 0, owner: undefined, leaseUntil: undefined, problem: undefined });

function added(q: Queue, draft: Draft, id: string): Queue {
  if (isFull(q, draft) || q.intents.some((i) => i.id === id)) return q;
  const intent: Intent = { ...draft, id, key: id, n: q.next, state: 'waiting', tries: 0, notBefore: 0 };
  return { ...q, next: q.next + 1, intents: [...q.intents, intent] };
}

/** taken leases the next intent to a page. One is sent at a time; what a page that is gone was sending is sent again. */
function taken(q: Queue, e: Extract<QueueEvent, { do: 'take' }>): Queue {
  const lost = (i: Intent) => i.state === 'sending' && ((e.sole && i.owner !== e.owner) || (i.leaseUntil ?? 0) <= e.now);
  const back: Queue = !q.intents.some(lost) ? q : { ...q, intents: q.intents.map((i) => (lost(i) ? { ...i, state: 'waiting', owner: undefined, leaseUntil: undefined } : i)) };
  if (back.intents.some((i) => i.state === 'sending' && (i.kind === 'sos') === e.urgent)) return back;
  const next = nextOf(back, e.account, e.now, e.urgent);
  return next ? edit(back, next.id, (i) => ({ ...i, state: 'sending', owner: e.owner, leaseUntil: e.now + e.leaseMs })) : back;
}

function answered(q: Queue, e: Extract<QueueEvent, { do: 'answered' }>): Queue {
  const i = q.intents.find((x) => x.id === e.id);
  if (!i || i.state !== 'sending' || i.owner !== e.owner) return q; // another page has taken it over
  const { outcome } = e;
  const free = { ...i, owner: undefined, leaseUntil: undefined };
  switch (outcome.as) {
    case 'done':
      return trim(onTop({ ...edit(q, i.id, () => ({ ...free, state: 'done', answer: outcome.receipt, already: outcome.already, problem: undefined, endedAt: e.now })), until: 0, tries: 0, why: undefined }, i, outcome.receipt.version));
    case 'conflict':
    case 'refused':
      return { ...edit(q, i.id, () => ({ ...free, state: outcome.as, problem: outcome.problem, endedAt: e.now })), until: 0, tries: 0, why: undefined };
    case 'signed_out':
      return { ...edit(q, i.id, () => ({ ...free, state: 'waiting' })), until: Infinity, why: 'signed_out' };
    case 'network':
      return held(q, free, outcome, e);
  }
}

function held(q: Queue, i: Intent, outcome: Extract<Outcome, { as: 'network' }>, e: { now: number; chance: number }): Queue {
  const tries = i.tries + 1;
  const alone = i.kind === 'sos' || outcome.own;
  const notBefore = alone ? e.now + backoff(tries, e.chance, i.kind === 'sos' ? LONGEST_SOS : LONGEST) : i.notBefore;
  const after = edit(q, i.id, () => ({ ...i, state: 'waiting', tries, notBefore }));
  return alone ? after : { ...after, tries: q.tries + 1, until: e.now + backoff(q.tries + 1, e.chance), why: outcome.code };
}

/** onTop gives the later intents about the same thing the version the server has answered: they were made on top of this one. */
function onTop(q: Queue, i: Intent, version: number): Queue {
  return { ...q, intents: q.intents.map((x) => (x.subject === i.subject && x.n > i.n && x.state === 'waiting' && x.version !== undefined && x.version <= (i.version ?? version) ? { ...x, version } : x)) };
}

function dropped(q: Queue, id: string): Queue {
  return { ...q, intents: q.intents.filter((i) => i.id !== id || i.state === 'sending') };
}

function trim(q: Queue): Queue {
  const done = q.intents.filter(ended);
  const old = new Set(done.slice(0, Math.max(0, done.length - KEPT)));
  return old.size ? { ...q, intents: q.intents.filter((i) => !old.has(i)) } : q;
}

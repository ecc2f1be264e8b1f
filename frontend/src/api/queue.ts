import { shallowRef } from 'vue';
import { signedOut } from './client';
import { EMPTY, fold, isFull, wakeAt, type Draft, type Intent, type Outcome, type Queue, type QueueEvent } from './intent';
import { outcomeOf } from './intentAnswer';
import { openStore, type IntentStore } from './intentStore';
import type { Assignment } from './types';
import { uuid7 } from './uuid';

const PATIENCE = 10_000; // ms an answer may take
const PATIENCE_PHOTO = 60_000; // ms; a photo over a thin line
const LEASE = 5000; // ms on top of that, after which another page may send
const SOON = 50; // ms
const LOOK = 5000; // ms between looks when another page may have stopped

/** World is the outside of the queue, for tests to stand in. */
export interface World {
  fetch(request: Request): Promise<Response>;
  now(): number;
  chance(): number;
}
const browser: World = { fetch: (r) => fetch(r), now: () => Date.now(), chance: () => Math.random() };

/** Sender empties one account's queue in order; two lanes, so that a call for help waits for nothing. */
export class Sender {
  private readonly me = uuid7();
  private readonly stopped = new AbortController();
  private readonly timers: Record<'urgent' | 'usual', number> = { urgent: 0, usual: 0 };
  private readonly busy = { urgent: false, usual: false };
  /** alone: no other page sends; shared: the lease in the store keeps pages apart; quiet: another page sends. */
  mode: 'alone' | 'shared' | 'quiet' = 'quiet';
  readonly store: IntentStore;
  private readonly account: string;
  private readonly hear: (q: Queue) => void;
  private readonly standing: (i: Intent) => Assignment | undefined;
  private readonly world: World;

  constructor(store: IntentStore, account: string, hear: (q: Queue) => void, standing: (i: Intent) => Assignment | undefined = () => undefined, world: World = browser) {
    this.store = store;
    this.account = account;
    this.hear = hear;
    this.standing = standing;
    this.world = world;
  }

  /** apply folds an event in; what it says is kept when it answers. */
  async apply(e: QueueEvent, bytes?: { id: string; blob: Blob }): Promise<Queue> {
    let same = false;
    const q = await this.store.change((now) => {
      const next = fold(now, e);
      same = next === now;
      return next;
    }, bytes);
    if (!same) this.hear(q);
    return q;
  }

  /** run sends until nothing more can be sent now, and comes back when something can. */
  async run(): Promise<void> {
    await Promise.all([this.lane('urgent'), this.lane('usual')]);
  }

  stop(): void {
    this.stopped.abort();
    clearTimeout(this.timers.urgent);
    clearTimeout(this.timers.usual);
  }

  private async lane(which: 'urgent' | 'usual'): Promise<void> {
    if (this.mode === 'quiet' || this.busy[which] || this.stopped.signal.aborted) return;
    this.busy[which] = true;
    clearTimeout(this.timers[which]);
    const urgent = which === 'urgent';
    try {
      let q: Queue;
      for (;;) {
        q = await this.apply({ do: 'take', account: this.account, owner: this.me, leaseMs: PATIENCE_PHOTO + LEASE, now: this.world.now(), sole: this.mode === 'alone', urgent });
        const mine = q.intents.find((i) => i.state === 'sending' && i.owner === this.me && (i.kind === 'sos') === urgent);
        if (!mine || this.stopped.signal.aborted) break;
        const outcome = await this.attempt(mine);
        if (this.stopped.signal.aborted) return; // its lease runs out, and it is sent again under the same key
        await this.apply({ do: 'answered', id: mine.id, owner: this.me, outcome, now: this.world.now(), chance: this.world.chance() });
        if (outcome.as === 'signed_out') signedOut();
      }
      this.wake(which, q, urgent);
    } finally {
      this.busy[which] = false;
    }
  }

  /** wake comes back when the next may be sent, at the latest when another page's lease may have run out. */
  private wake(which: 'urgent' | 'usual', q: Queue, urgent: boolean): void {
    const at = wakeAt(q, this.account, urgent);
    if (at === undefined || at === Infinity || this.stopped.signal.aborted) return;
    const wait = Math.max(at - this.world.now(), q.intents.some((i) => i.state === 'sending') ? LOOK : SOON);
    this.timers[which] = window.setTimeout(() => void this.lane(which), Math.min(wait, 60_000));
  }

  private async attempt(i: Intent): Promise<Outcome> {
    const limit = AbortSignal.timeout(i.blob ? PATIENCE_PHOTO : PATIENCE);
    try {
      const body = i.blob ? await this.store.photo(i.id) : JSON.stringify(i.body);
      if (body === undefined) return { as: 'refused', problem: { type: '/problems/lost', code: 'lost', status: 0, title: '照片已不在本机', title_en: 'The photo is no longer on this device', instance: '' } };
      const headers: Record<string, string> = { 'Idempotency-Key': i.key, 'Content-Type': i.blob?.type ?? 'application/json', 'Accept-Language': document.documentElement.lang };
      if (i.version !== undefined) headers['If-Match'] = `"${i.version}"`;
      const answer = await this.world.fetch(new Request(new URL(i.path, location.origin), { method: i.method, headers, body, signal: AbortSignal.any([limit, this.stopped.signal]) }));
      return outcomeOf(i, answer.status, await answer.json().catch(() => undefined), this.standing(i));
    } catch {
      return { as: 'network', code: limit.aborted ? 'timeout' : 'unreachable', own: !!i.blob && limit.aborted };
    }
  }
}

/** queue is what this device still has to say, and what it said last; lasting: whether it outlives the page. */
export const queue = shallowRef<Queue>(EMPTY);
export const lasting = shallowRef(true);

let sender: Sender | undefined;
let starting: Promise<Sender> | undefined;
let others: BroadcastChannel | undefined;

/** startQueue sends what waits of an account, in order, from now on; another page of the same browser waits its turn. */
export function startQueue(account: string, standing: (i: Intent) => Assignment | undefined): Promise<Sender> {
  starting ??= begin(account, standing);
  return starting;
}

async function begin(account: string, standing: (i: Intent) => Assignment | undefined): Promise<Sender> {
  const store = await openStore();
  lasting.value = store.lasting;
  const made = new Sender(store, account, show, standing);
  sender = made;
  queue.value = await store.read();
  others = new BroadcastChannel('onemap.intents');
  others.onmessage = () => void store.read().then((q) => {
    queue.value = q;
    return made.run();
  });
  addEventListener('online', hurry);
  if ('locks' in navigator) {
    // held as long as the page lives: the next page gets it at once when this one goes
    void navigator.locks.request('onemap.intents', async () => {
      made.mode = 'alone';
      await hurry();
      await new Promise<never>(() => undefined);
    });
  } else {
    made.mode = 'shared'; // there are no locks where the page did not come by TLS
    await hurry();
  }
  return made;
}

function show(q: Queue): void {
  queue.value = q;
  others?.postMessage('changed');
}

/** hurry tries again at once: the network came back, or somebody signed in. */
export async function hurry(): Promise<void> {
  if (!sender) return;
  await sender.apply({ do: 'hurry' });
  void sender.run();
}

/** QueueFull is thrown when the device has no room for another intent. */
export class QueueFull extends Error {}

/** enqueue keeps a wish on the device and sends it when it can; it answers once the wish is kept. */
export async function enqueue(intent: Draft, photo?: Blob): Promise<string> {
  const s = sender ?? (await starting);
  if (!s) throw new Error('the queue was not started');
  if (isFull(queue.value, intent)) throw new QueueFull();
  const id = uuid7();
  await s.apply({ do: 'add', intent, id, now: Date.now() }, photo && { id, blob: photo });
  void s.run();
  return id;
}

/** sendAgain sends what was refused or clashed: a conflict on top of the version that stands, under a new key. */
export async function sendAgain(i: Intent, version?: number): Promise<void> {
  await sender?.apply({ do: 'again', id: i.id, key: i.state === 'conflict' ? uuid7() : i.key, version });
  void sender?.run();
}

/** forget drops an intent that is not being sent right now. */
export async function forget(id: string): Promise<void> {
  await sender?.apply({ do: 'drop', id });
  void sender?.run();
}

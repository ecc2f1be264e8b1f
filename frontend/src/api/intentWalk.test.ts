import { expect, test } from 'vitest';
import { EMPTY, fold, isStuck, type Draft, type Intent, type Outcome, type Queue } from './intent';
import { outcomeOf } from './intentAnswer';
import type { Assignment, AssignmentState } from './types';

/** dice are the same numbers for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const COURSE: Record<string, string[]> = { ordered: ['acknowledged', 'enroute', 'on_scene'], acknowledged: ['enroute', 'on_scene'], enroute: ['on_scene'], on_scene: ['returning', 'released'], returning: ['released'] };
const ORDER = ['acknowledged', 'enroute', 'on_scene', 'returning', 'released'];

/** Model is the server: it takes a command once by its key, refuses a stale version, and remembers what it took. */
class Model {
  readonly things = new Map<string, { id: string; version: number; seq: number; state: string } & Record<string, unknown>>();
  readonly answers = new Map<string, { status: number; body: unknown }>();
  readonly taken: { intent: string; subject: string; n: number; tablet: string }[] = [];
  seq = 0;

  constructor(subjects: string[]) {
    for (const id of subjects) this.things.set(id, { id, version: 1, seq: 0, state: 'ordered' });
  }

  step(id: string, to: string): void {
    const now = this.things.get(id)!;
    this.things.set(id, { ...now, version: now.version + 1, seq: ++this.seq, state: to, [`${to}_at`]: 'then' });
  }

  hear(i: Intent, tablet: string): { status: number; body: unknown } {
    const had = this.answers.get(i.key);
    if (had) return had;
    const now = this.things.get(i.subject);
    const refuse = (status: number, code: string) => ({ status, body: { type: '', instance: '', title: code, code, status, current: code === 'conflict_version' ? now : undefined } });
    if (i.kind === 'step') {
      if (i.version !== now!.version) return refuse(409, 'conflict_version');
      const { to } = i.body as { to: string };
      if (!COURSE[now!.state]?.includes(to)) return refuse(422, 'wrong_step');
      this.step(i.subject, to);
    }
    this.taken.push({ intent: i.id, subject: i.subject, n: i.n, tablet });
    const answer = { status: 200, body: { id: i.subject, version: this.things.get(i.subject)?.version ?? 1, seq: this.seq } };
    this.answers.set(i.key, answer);
    return answer;
  }
}

interface Flight { id: string; owner: string; lands: number; outcome: Outcome }

/** Tablet is one device with two open pages, either of which may die while it sends. */
class Tablet {
  q: Queue = EMPTY;
  flights: Flight[] = [];
  dropped = new Set<string>();
  offline = false;
  made = 0;
  private reborn = 0;
  readonly name: string;
  private readonly server: Model;
  private readonly roll: () => number;

  constructor(name: string, server: Model, roll: () => number) {
    this.name = name;
    this.server = server;
    this.roll = roll;
  }

  add(draft: Omit<Draft, 'account' | 'method' | 'path' | 'about' | 'text' | 'madeAt'>): void {
    const id = `${this.name}-${++this.made}`;
    this.q = fold(this.q, { do: 'add', intent: { account: 'crew', method: 'POST', path: '/', about: '', text: '', madeAt: 0, ...draft }, id, now: 0 });
  }

  /** press is what a crew does: the next step as it sees the assignment with its own unsent steps on it. */
  press(subject: string): void {
    const seen = this.server.things.get(subject)!;
    const mine = this.q.intents.filter((i) => i.subject === subject && i.state !== 'done').at(-1);
    const from = mine ? (mine.body as { to: string }).to : seen.state;
    const next = COURSE[from];
    if (next) this.add({ subject, kind: 'step', body: { to: next[Math.floor(this.roll() * next.length)] }, version: seen.version });
  }

  tick(now: number, urgent: boolean): void {
    for (const page of ['left', 'right']) {
      const owner = `${page}${this.reborn}${urgent ? '!' : ''}`;
      const before = this.q;
      this.q = fold(this.q, { do: 'take', account: 'crew', owner, leaseMs: 5000, now, sole: false, urgent });
      const mine = this.q.intents.find((i) => i.state === 'sending' && i.owner === owner && before.intents.find((x) => x.id === i.id)?.owner !== owner);
      if (mine) this.fly(mine, owner, now);
    }
  }

  private fly(i: Intent, owner: string, now: number): void {
    const chance = this.roll();
    const lost: Outcome = { as: 'network', code: 'unreachable' };
    if (this.offline || chance < 0.15) return void this.flights.push({ id: i.id, owner, lands: now + 200, outcome: lost });
    if (chance < 0.2) return void this.flights.push({ id: i.id, owner, lands: now + 200, outcome: outcomeOf(i, 503, undefined) });
    if (i.kind === 'note' && chance > 0.85) return void this.flights.push({ id: i.id, owner, lands: now + 200, outcome: outcomeOf(i, 500, undefined) });
    const { status, body } = this.server.hear(i, this.name);
    if (chance < 0.25) return void this.reborn++; // the page dies with the answer; its lease runs out
    const seen = this.server.things.get(i.subject) as unknown as Assignment | undefined;
    this.flights.push({ id: i.id, owner, lands: now + 100 + this.roll() * 4000, outcome: chance < 0.35 ? lost : outcomeOf(i, status, body, seen) });
  }

  land(now: number): void {
    for (const f of this.flights.filter((x) => x.lands <= now)) this.q = fold(this.q, { do: 'answered', id: f.id, owner: f.owner, outcome: f.outcome, now, chance: this.roll() });
    this.flights = this.flights.filter((x) => x.lands > now);
  }

  /** decide is the person: mine on top of what stands where that is a step, or drop mine. */
  decide(): void {
    const all = this.q.intents.filter(isStuck);
    const stuck = all[Math.floor(this.roll() * all.length)];
    if (!stuck) return;
    const now = stuck.problem?.current as { version: number; state: string } | undefined;
    const to = (stuck.body as { to?: AssignmentState }).to;
    if (stuck.state === 'conflict' && now && COURSE[now.state]?.includes(to!) && this.roll() < 0.6) {
      this.q = fold(this.q, { do: 'again', id: stuck.id, key: `${stuck.key}'`, version: now.version });
      return;
    }
    if (stuck.problem?.status === 500) {
      this.q = fold(this.q, { do: 'again', id: stuck.id, key: stuck.key });
      return;
    }
    this.dropped.add(stuck.id);
    this.q = fold(this.q, { do: 'drop', id: stuck.id });
  }
}

function walk(seed: number): { server: Model; tablets: Tablet[] } {
  const roll = dice(seed);
  const subjects = ['one', 'two', 'three'];
  const server = new Model(subjects);
  const tablets = [new Tablet('a', server, roll), new Tablet('b', server, roll)];
  const end = 120_000;
  for (let now = 0; now < end * 5; now += 250) {
    const quiet = now > end; // nothing new is made, and the network holds
    for (const t of tablets) {
      if (quiet) t.offline = false;
      else if (roll() < 0.03) t.offline = !t.offline;
      if (!quiet && roll() < 0.06) t.press(subjects[Math.floor(roll() * 3)]!);
      if (!quiet && roll() < 0.03) t.add({ subject: `note-of-${t.name}`, kind: 'note', body: {} });
      if (!quiet && roll() < 0.005) t.add({ subject: `sos-${now}`, kind: 'sos', body: {} });
      t.land(now);
      for (const urgent of [true, false]) t.tick(now, urgent);
      if (roll() < 0.1) t.decide();
    }
    if (!quiet && roll() < 0.01) {
      const id = subjects[Math.floor(roll() * 3)]!; // the desk, on behalf
      const to = COURSE[server.things.get(id)!.state]?.[0];
      if (to) server.step(id, to);
    }
  }
  return { server, tablets };
}

test.each(Array.from({ length: 60 }, (_, i) => i + 1))('walk %i: two tablets and a desk with a bad network lose nothing and do nothing twice', (seed) => {
  const { server, tablets } = walk(seed);
  const times = new Map<string, number>();
  for (const { intent } of server.taken) times.set(intent, (times.get(intent) ?? 0) + 1);
  expect([...times.values()].filter((n) => n !== 1), 'taken more than once').toEqual([]);
  let taken = 0;
  for (const t of tablets) {
    expect(t.made).toBeGreaterThan(5);
    expect(t.q.intents.filter((i) => i.state !== 'done').map((i) => [i.id, i.state, i.problem?.code]), 'still open at the end').toEqual([]);
    const lost: string[] = [];
    for (let n = 1; n <= t.made; n++) {
      const id = `${t.name}-${n}`;
      const kept = t.q.intents.find((i) => i.id === id);
      if (t.dropped.has(id)) expect(times.has(id), `${id} was dropped by a person and yet taken`).toBe(false);
      else if (kept) expect(times.has(id), `${id} is said to be done`).toBe(!kept.already);
      else if (t.made <= 50) lost.push(id); // beyond fifty the oldest done ones are let go
      taken += times.has(id) ? 1 : 0;
    }
    expect(lost, 'neither taken nor shown').toEqual([]);
    const mine = server.taken.filter((x) => x.tablet === t.name);
    for (const subject of new Set(mine.map((x) => x.subject))) {
      const order = mine.filter((x) => x.subject === subject).map((x) => x.n);
      expect(order, `order of ${subject}`).toEqual([...order].sort((a, b) => a - b));
    }
  }
  expect(taken).toBeGreaterThan(5);
  for (const thing of server.things.values()) expect(['ordered', ...ORDER]).toContain(thing.state);
});

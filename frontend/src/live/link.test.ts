import { expect, test } from 'vitest';
import { wait } from './backoff';
import { Link, type Wire, type World } from './link';
import type { FromWorker } from './protocol';

/** Stage plays the server and the clock. */
class Stage implements World {
  wires: (Wire & { sent: Record<string, unknown>[]; closed: boolean })[] = [];
  told: FromWorker[] = [];
  private due: { at: number; run: () => void }[] = [];
  private time = 1000;

  open(): Wire {
    const wire = { sent: [] as Record<string, unknown>[], closed: false, readyState: 1, binaryType: 'arraybuffer', onopen: null, onclose: null, onmessage: null, send: (m: string) => wire.sent.push(JSON.parse(m)), close: () => (wire.closed = true) };
    this.wires.push(wire as never);
    return wire as never;
  }
  tell(m: FromWorker): void {
    this.told.push(m);
  }
  later(run: () => void, ms: number): () => void {
    const task = { at: this.time + ms, run };
    this.due.push(task);
    return () => (this.due = this.due.filter((d) => d !== task));
  }
  now = () => this.time;
  chance = () => 0.5;

  /** pass lets time go by. */
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.due.filter((d) => d.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.due = this.due.filter((d) => d !== next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }
  get wire() {
    return this.wires.at(-1)!;
  }
  accept(): void {
    this.wire.onopen?.({} as never);
  }
  say(frame: object): void {
    this.wire.onmessage?.({ data: JSON.stringify(frame) });
  }
  get state() {
    return this.told.filter((m) => m.type === 'link').at(-1)?.link;
  }
}

const picture = { type: 'picture', seq: 10, epoch: 'e1', now: new Date(1000).toISOString(), units: [], incidents: [], counts: {} };
const event = (seq: number, prev: number) => ({ type: 'event', seq, prev, event: {} });

function opened(): Stage {
  const stage = new Stage();
  new Link(stage).start();
  stage.accept();
  stage.say(picture);
  return stage;
}

test('a new client says hello without a number', () => {
  const stage = opened();
  expect(stage.wire.sent[0]).toEqual({ type: 'hello' });
  expect(stage.state?.state).toBe('open');
});

test('a lost line comes back where it was', () => {
  const stage = opened();
  stage.say(event(11, 10));
  stage.wire.onclose?.({ code: 1012 });
  expect(stage.state).toMatchObject({ state: 'waiting', since: 1000 });
  stage.pass(500);
  stage.accept();
  expect(stage.wire.sent[0]).toEqual({ type: 'hello', since: 11, epoch: 'e1' });
});

test('a gap is noticed, not shown, and fetched', () => {
  const stage = opened();
  stage.say(event(13, 12));
  expect(stage.told.some((m) => m.type === 'text' && m.frame.type === 'event')).toBe(false);
  stage.pass(500);
  stage.accept();
  expect(stage.wire.sent[0]).toMatchObject({ since: 10 });
});

test('expected arrivals are handed on and promise nothing about events', () => {
  const stage = opened();
  stage.say({ type: 'eta', seq: 12, now: picture.now, etas: [] });
  expect(stage.told.some((m) => m.type === 'text' && m.frame.type === 'eta')).toBe(true);
  stage.say(event(11, 10));
  expect(stage.told.filter((m) => m.type === 'text' && m.frame.type === 'event')).toHaveLength(1);
});

test('an event that was sent twice is shown once', () => {
  const stage = opened();
  stage.say(event(11, 10));
  stage.say(event(11, 10));
  expect(stage.told.filter((m) => m.type === 'text' && m.frame.type === 'event')).toHaveLength(1);
});

test('a mark moves the number on, so that quiet scopes need no repeat', () => {
  const stage = opened();
  stage.say({ type: 'mark', seq: 40, now: picture.now });
  stage.say(event(41, 10));
  expect(stage.state?.state).toBe('open');
});

test.each([[4001, 'signed_out'], [4003, 'not_allowed']])('close code %i is final', (code, final) => {
  const stage = opened();
  stage.wire.onclose?.({ code: code as number });
  stage.pass(60_000);
  expect(stage.state).toMatchObject({ state: 'closed', final });
  expect(stage.wires).toHaveLength(1);
});

test('another epoch takes a fresh picture', () => {
  const stage = opened();
  stage.wire.onclose?.({ code: 4009 });
  stage.pass(500);
  stage.accept();
  expect(stage.wire.sent[0]).toEqual({ type: 'hello' });
});

test('silence is a dead line', () => {
  const stage = opened();
  stage.pass(15_500);
  expect(stage.wires.length).toBeGreaterThan(1);
  expect(stage.wires[0]!.closed).toBe(true);
});

test('the delay and the clock offset are measured', () => {
  const stage = opened();
  stage.pass(40);
  stage.say({ type: 'pong', t: 1000, now: new Date(5020).toISOString() });
  expect(stage.state).toMatchObject({ delayMs: 40, offsetMs: 4000 });
});

test('waiting grows to ten seconds and no further', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((n) => wait(n, 0.5))).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  expect(wait(0, 0)).toBe(400);
  expect(wait(0, 1)).toBeCloseTo(600);
});

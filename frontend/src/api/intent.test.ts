import { describe, expect, test } from 'vitest';
import { backoff, EMPTY, fold, isFull, nextOf, wakeAt, type Draft, type Outcome, type Queue } from './intent';
import { isAlready, outcomeOf } from './intentAnswer';
import type { Assignment } from './types';

const draft = (subject: string, more: Partial<Draft> = {}): Draft => ({
  account: 'crew', subject, kind: 'step', method: 'POST', path: `/api/${subject}`, body: { to: 'enroute' }, about: '', text: '', madeAt: 0, version: 1, ...more,
});
const add = (q: Queue, id: string, d: Draft): Queue => fold(q, { do: 'add', intent: d, id, now: 0 });
const take = (q: Queue, owner: string, now = 0, more: { sole?: boolean; urgent?: boolean; account?: string } = {}): Queue =>
  fold(q, { do: 'take', account: 'crew', owner, leaseMs: 1000, now, sole: false, urgent: false, ...more });
const answer = (q: Queue, id: string, owner: string, outcome: Outcome, now = 0): Queue => fold(q, { do: 'answered', id, owner, outcome, now, chance: 0.5 });
const at = (q: Queue, id: string) => q.intents.find((i) => i.id === id)!;
const done = (version: number): Outcome => ({ as: 'done', receipt: { id: 'x', version, seq: 1 } });
const problem = (code: string, status: number, current?: unknown) => ({ type: '', title: code, instance: '', code, status, current });

describe('the queue', () => {
  const three = add(add(add(EMPTY, 'a', draft('one')), 'b', draft('one')), 'c', draft('two'));

  test('sends one at a time, and what follows on the same subject stands on the version before it', () => {
    let q = take(three, 'page');
    expect(at(q, 'a').state).toBe('sending');
    expect(take(q, 'other'), 'nothing else goes meanwhile').toBe(q);
    q = answer(q, 'a', 'page', done(7));
    expect(at(q, 'a').state).toBe('done');
    expect([at(q, 'b').version, at(q, 'c').version]).toEqual([7, 1]);
  });

  test.each(['conflict', 'refused'] as const)('a %s holds back what follows on its subject, and nothing else', (as) => {
    const q = answer(take(three, 'page'), 'a', 'page', { as, problem: problem('x', 409) });
    expect(nextOf(q, 'crew', 0, false)?.id).toBe('c');
    const dropped = fold(q, { do: 'drop', id: 'a' });
    expect(nextOf(dropped, 'crew', 0, false)?.id).toBe('b');
    const again = fold(q, { do: 'again', id: 'a', key: 'k2', version: 9 });
    expect(at(again, 'a')).toMatchObject({ state: 'waiting', key: 'k2', version: 9 });
    expect(nextOf(again, 'crew', 0, false)?.id).toBe('a');
  });

  test('without an answer the same is sent again under the same key, after a pause for all', () => {
    const q = answer(take(three, 'page'), 'a', 'page', { as: 'network', code: 'unreachable' }, 100);
    expect(at(q, 'a')).toMatchObject({ state: 'waiting', key: 'a', tries: 1 });
    expect(nextOf(q, 'crew', 100, false)).toBeUndefined();
    expect(wakeAt(q, 'crew', false)).toBe(q.until);
    expect(nextOf(q, 'crew', q.until, false)?.id).toBe('a');
    expect(nextOf(fold(q, { do: 'hurry' }), 'crew', 100, false)?.id, 'the network came back').toBe('a');
    expect(nextOf(q, 'crew', q.until - 3_600_000, false)?.id, 'the clock was put back an hour').toBe('a');
  });

  test('a slow photo holds back its own incident alone', () => {
    let q = add(add(EMPTY, 'p', draft('incident', { kind: 'photo' })), 'n', draft('incident', { kind: 'note' }));
    q = add(q, 's', draft('assignment'));
    q = answer(take(q, 'page'), 'p', 'page', { as: 'network', code: 'timeout', own: true });
    expect(nextOf(q, 'crew', 0, false)?.id).toBe('s');
    expect(wakeAt(q, 'crew', false), 'not later than the step').toBe(0);
    q = answer(take(q, 'page'), 's', 'page', done(2));
    expect(wakeAt(q, 'crew', false)).toBe(at(q, 'p').notBefore);
  });

  test('a call for help waits for nothing and always finds room', () => {
    let q = answer(take(three, 'page'), 'a', 'page', { as: 'network', code: 'unreachable' });
    const sos = draft('alarm', { kind: 'sos' });
    for (let i = 0; q.intents.length < 500; i++) q = add(q, `more${i}`, draft(`s${i}`));
    expect(isFull(q, draft('another'))).toBe(true);
    expect(isFull(q, sos)).toBe(false);
    q = take(add(q, 'help', sos), 'page', 0, { urgent: true });
    expect(at(q, 'help').state).toBe('sending');
  });

  test('without a session it waits for one; another account sends nothing of it', () => {
    const q = answer(take(three, 'page'), 'a', 'page', { as: 'signed_out' });
    expect(nextOf(q, 'crew', 1e15, false)).toBeUndefined();
    expect(wakeAt(q, 'crew', false)).toBe(Infinity);
    const back = fold(q, { do: 'hurry' });
    expect(nextOf(back, 'another', 0, false)).toBeUndefined();
    expect(nextOf(back, 'crew', 0, false)?.id).toBe('a');
  });

  test('what a page that is gone was sending is sent by the next, and the late answer of the first counts no more', () => {
    const q = take(three, 'gone', 0);
    expect(take(q, 'next', 999)).toBe(q);
    const after = take(q, 'next', 1000);
    expect(at(after, 'a')).toMatchObject({ state: 'sending', owner: 'next', key: 'a' });
    expect(at(take(q, 'next', 1, { sole: true }), 'a').owner, 'the lock says that the other is gone').toBe('next');
    expect(answer(after, 'a', 'gone', done(2))).toBe(after);
  });

  test('done ones are kept for a while, the last fifty', () => {
    let q = EMPTY;
    for (let i = 0; i < 60; i++) q = answer(take(add(q, `i${i}`, draft(`s${i}`)), 'page'), `i${i}`, 'page', done(1));
    expect(q.intents.map((i) => i.id)).toEqual(Array.from({ length: 50 }, (_, i) => `i${i + 10}`));
  });

  test('waits are between half a second and half a minute', () => {
    for (let n = 1; n < 20; n++) for (const chance of [0, 0.3, 0.999]) expect(backoff(n, chance)).toSatisfy((ms: number) => ms >= 500 && ms <= 30_000);
    expect(backoff(20, 1)).toBe(30_000);
  });
});

describe('an answer', () => {
  const step = at(add(EMPTY, 'a', draft('one')), 'a');
  const stands = (state: string, more = {}) => ({ id: 'one', version: 4, seq: 9, state, ...more }) as unknown as Assignment;
  test.each([
    ['taken', 200, { id: 'x', version: 2, seq: 3 }, 'done'],
    ['nobody signed in', 401, problem('unauthorized', 401), 'signed_out'],
    ['too many', 429, problem('too_many', 429), 'network'],
    ['database away', 503, problem('db_unavailable', 503), 'network'],
    ['disk nearly full', 507, problem('read_only', 507), 'network'],
    ['a gateway without words', 502, undefined, 'network'],
    ['changed meanwhile', 409, problem('conflict_version', 409, stands('cancelled')), 'conflict'],
    ['done on behalf', 409, problem('conflict_version', 409, stands('enroute')), 'done'],
    ['done on behalf, and gone on', 409, problem('conflict_version', 409, stands('on_scene', { enroute_at: '2026-11-23T10:00:00Z' })), 'done'],
    ['not allowed', 403, problem('forbidden', 403), 'refused'],
    ['a fault', 500, problem('internal', 500), 'refused'],
  ])('%s', (_, status, body, as) => expect(outcomeOf(step, status, body).as).toBe(as));

  test('a wrong step is judged by what this page has seen', () => {
    expect(outcomeOf(step, 422, problem('wrong_step', 422), stands('enroute'))).toMatchObject({ as: 'done', already: true, receipt: { version: 4 } });
    expect(outcomeOf(step, 422, problem('wrong_step', 422), stands('released')).as).toBe('refused');
  });
  test('a milestone once stamped was taken', () => expect(isAlready(stands('released', { on_scene_at: 'x' }), 'on_scene')).toBe(true));
});

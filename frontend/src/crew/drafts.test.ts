import { describe, expect, test } from 'vitest';
import type { Intent } from '../api/intent';
import type { Assignment } from '../api/types';
import { photoDraft, shownOf, sosDraft, stepDraft } from './drafts';
import { fitted } from './photo';

const ordered = '2026-11-23T06:00:00.000Z';
const a = { id: 'as', version: 3, seq: 9, state: 'acknowledged', ordered_at: ordered } as Assignment;
const by = { account: 'crew', now: Date.parse(ordered) + 90_000, about: '火灾' };
const step = (to: string, state: Intent['state'], more: Partial<Intent> = {}) => ({ ...stepDraft(a, to as Assignment['state'], by, []), id: to, state, ...more }) as Intent;

describe('a step', () => {
  test('says when it was so, and what it was made on', () => {
    expect(stepDraft(a, 'enroute', by, [])).toMatchObject({ body: { to: 'enroute', occurred_at: '2026-11-23T06:01:30.000Z' }, version: 3, subject: 'assignment:as' });
  });
  test('never lies before the order, whatever this clock says', () => {
    expect(stepDraft(a, 'enroute', { ...by, now: Date.parse(ordered) - 5000 }, []).body).toMatchObject({ occurred_at: ordered });
  });
  test('is made on an answer that is ahead of the live channel', () => {
    const answered = step('acknowledged', 'done', { answer: { id: 'as', version: 4, seq: 10 } });
    expect(stepDraft(a, 'enroute', by, [answered]).version).toBe(4);
  });
});

describe('what the crew sees', () => {
  test('is what it said, marked as not sent', () => {
    const said = step('enroute', 'waiting');
    expect(shownOf(a, [said])).toEqual({ state: 'enroute', unsent: said });
    expect(shownOf(a, [said, step('on_scene', 'sending')]).state).toBe('on_scene');
  });
  test('is what stands when there is something to decide', () => {
    const clash = step('enroute', 'conflict');
    expect(shownOf(a, [clash, step('on_scene', 'waiting')])).toEqual({ state: 'acknowledged', clash });
  });
  test('does not fall back while the live channel lags behind an answer', () => {
    const taken = step('enroute', 'done', { answer: { id: 'as', version: 4, seq: 10 } });
    expect(shownOf(a, [taken])).toEqual({ state: 'enroute' });
    expect(shownOf({ ...a, version: 5, state: 'cancelled' }, [taken]).state).toBe('cancelled');
  });
  test('names a step the desk had taken already', () => {
    const already = step('acknowledged', 'done', { already: true, answer: { id: 'as', version: 3, seq: 9 } });
    expect(shownOf(a, [already])).toEqual({ state: 'acknowledged', already });
  });
});

test('every call for help is an alarm of its own, with its time', () => {
  const [one, two] = [sosDraft(by, 'fire', [119.5, 39.9]), sosDraft(by)];
  expect(one.subject).not.toBe(two.subject);
  expect(one.body).toEqual({ kind: 'sos', incident: 'fire', occurred_at: '2026-11-23T06:01:30.000Z', point: { type: 'Point', coordinates: [119.5, 39.9] } });
  expect(two.body).toEqual({ kind: 'sos', occurred_at: '2026-11-23T06:01:30.000Z' });
});

test('a photo is put under an id of its own with its time and place', () => {
  const { path, blob } = photoDraft('fire', new Blob(['x'], { type: 'image/jpeg' }), '西侧 & 北侧', by, [119.5, 39.9]);
  const url = new URL(path, 'http://here');
  expect(url.pathname).toMatch(/^\/api\/incidents\/fire\/photos\/[0-9a-f-]{36}$/);
  expect(Object.fromEntries(url.searchParams)).toEqual({ taken_at: '2026-11-23T06:01:30.000Z', caption: '西侧 & 北侧', lon: '119.5', lat: '39.9' });
  expect(blob).toEqual({ type: 'image/jpeg', bytes: 1 });
});

test.each([
  [[4000, 3000], [2048, 1536]], [[3000, 4000], [1536, 2048]], [[800, 600], [800, 600]], [[10_000, 1], [2048, 1]],
] as const)('a photo of %j is drawn at %j', ([w, h], want) => expect(fitted(w, h)).toEqual(want));

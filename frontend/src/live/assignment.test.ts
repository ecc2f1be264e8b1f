import { expect, test } from 'vitest';
import type { Assignment, AssignmentState, Eta } from '../api/types';
import { arrivalOf, byIncident, byUnit, crossings, isComing, isOpen, needsReason, stepsOn, stepsOut, summary } from './assignment';

const sent = (id: string, unit: string, state: AssignmentState, ordered_at = '2026-11-23T08:00:00Z', incident = 'i') => ({ id, unit, incident, state, ordered_at }) as Assignment;
const eta = (assignment: string, more: Partial<Eta>) => ({ assignment, state: 'enroute', position: { source: 'fix', health: 'live', age_s: 2 }, ...more }) as Eta;

test('forces are the open ones, the first ordered first', () => {
  const all = [sent('b', 'u2', 'enroute', '2026-11-23T08:01:00Z'), sent('a', 'u1', 'ordered'), sent('c', 'u3', 'released'), sent('d', 'u4', 'on_scene', undefined, 'j')];
  expect(byIncident(all).get('i')?.map((a) => a.id)).toEqual(['a', 'b']);
  expect([...byUnit(all).keys()].sort()).toEqual(['u1', 'u2', 'u4']);
});

test('a queue says when the first of those still coming arrives', () => {
  const etas = new Map([['a', eta('a', { arrive_at: '2026-11-23T08:09:00Z' })], ['b', eta('b', { arrive_at: '2026-11-23T08:04:00Z' })], ['c', eta('c', { arrive_at: '2026-11-23T08:01:00Z' })]]);
  const found = summary([sent('a', 'u1', 'ordered'), sent('b', 'u2', 'enroute'), sent('c', 'u3', 'on_scene')], etas);
  expect(found).toEqual({ sent: 3, there: 1, asked: 0, first: Date.parse('2026-11-23T08:04:00Z') });
  expect(summary([sent('a', 'u1', 'proposed'), sent('b', 'u2', 'returning')], etas), 'who was only asked for, or has left, is not there').toEqual({ sent: 1, there: 0, asked: 1 });
  expect(summary([sent('x', 'u9', 'ordered')], etas).first).toBeUndefined();
});

test('an arrival reckoned from an old position is old, whatever the server thought when it sent it', () => {
  const now = Date.parse('2026-11-23T08:20:00Z');
  const known = eta('a', { arrive_at: '2026-11-23T08:25:00Z', travel_s: 500, without_s: 140 });
  expect(arrivalOf(known, now - 5000, now)).toEqual({ at: now + 300_000, lostS: 360, health: 'live', ageMs: 5000, old: false });
  expect(arrivalOf(known, now - 700_000, now)).toMatchObject({ health: 'lost', old: true });
});

test('who may not see positions takes the server’s word for them', () => {
  const known = eta('a', { position: { source: 'base', health: 'stale', age_s: 900 } as Eta['position'] });
  expect(arrivalOf(known, 0, 0)).toMatchObject({ at: undefined, health: 'stale', ageMs: 900_000, old: true });
});

test('an order is acknowledged, left for, arrived at and released in four steps', () => {
  const walk: AssignmentState[] = ['ordered'];
  while (isOpen(walk.at(-1)!)) walk.push(stepsOn(walk.at(-1)!)[0]!);
  expect(walk).toEqual(['ordered', 'acknowledged', 'enroute', 'on_scene', 'released']);
});

test('only what has not arrived can be called off, what is open can be diverted, and never without a reason', () => {
  for (const state of ['ordered', 'acknowledged', 'enroute', 'staged', 'on_scene', 'returning', 'released'] as const) {
    expect(stepsOut(state).includes('cancelled')).toBe(isComing(state));
    expect(stepsOut(state).includes('diverted')).toBe(isOpen(state));
    expect(stepsOut(state).every(needsReason)).toBe(true);
  }
  expect(stepsOut('enroute')).not.toContain('declined');
});

test('a crossed fence is shown while it means something for the state the order is in', () => {
  const at = '2026-11-23T09:00:00Z';
  const all = { left_scene_proposed_at: at, at_base_proposed_at: at, left_county_proposed_at: at };
  const shown = (state: AssignmentState) => crossings({ ...sent('a', 'u', state), ...all }).map((c) => c.fence).join(' ');
  expect([shown('enroute'), shown('on_scene'), shown('returning'), shown('released')]).toEqual(['left_county', 'left_scene left_county', 'at_base left_county', '']);
  expect(crossings(sent('a', 'u', 'on_scene'))).toEqual([]);
});

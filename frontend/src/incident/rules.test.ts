import { expect, test } from 'vitest';
import type { IncidentFeature } from '../api/types';
import { byUrgency, dispositions, dueMs, isOpen, losses, needsReason, nextStates } from './rules';

const incident = (id: string, priority: number, state: string, received_at: string) =>
  ({ id, properties: { priority, state, received_at } }) as unknown as IncidentFeature;

test('the queue puts open before ended, urgent before calm, old before new', () => {
  const list = [incident('ended', 1, 'closed', '2026-01-01'), incident('calm', 4, 'reported', '2026-01-01'), incident('new', 1, 'responding', '2026-01-03'), incident('old', 1, 'reported', '2026-01-02')];
  expect(list.sort(byUrgency).map((i) => i.id)).toEqual(['old', 'new', 'calm', 'ended']);
});

test('a confirmed incident only ends as resolved, a doubtful one in any way', () => {
  expect(dispositions('responding')).toEqual(['resolved']);
  expect(dispositions('verifying')).toContain('false_alarm');
});

test('taking an incident up again needs a reason, the first response does not', () => {
  expect(needsReason('contained', 'responding')).toBe(true);
  expect(needsReason('confirmed', 'responding')).toBe(false);
  expect(nextStates('duplicate').map((to) => needsReason('duplicate', to))).toEqual([true]);
});

test('a recovering incident has no further step but its end', () => {
  expect(nextStates('recovering')).toEqual([]);
  expect(isOpen('recovering')).toBe(true);
  expect(isOpen('transferred')).toBe(false);
});

test('losses are known when said, if only as 0', () => {
  const i = incident('x', 1, 'responding', '').properties;
  expect(losses(i)).toBe(false);
  expect(losses({ ...i, dead: 0, missing: 0, injured: 0 })).toBe(true);
});

test('nothing is due once somebody responds', () => {
  const i = incident('x', 1, 'reported', '').properties;
  expect(dueMs(i)).toBe(300_000);
  expect(dueMs({ ...i, responding_at: '2026-01-01' })).toBeUndefined();
});

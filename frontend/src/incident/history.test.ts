import { expect, test } from 'vitest';
import type { Assignment } from '../api/types';
import { inTime, stepsOf } from './history';

const a = { id: 'a', seq: 9, unit: 'u1', state: 'declined', ordered_at: '2026-11-23T08:00:00Z', acknowledged_at: '2026-11-23T08:00:30Z', ended_at: '2026-11-23T08:01:00Z', reason: '爆胎' } as Assignment;

test('milestones that were not reported have no line, and the end says why', () => {
  expect(stepsOf(a).map((l) => [l.step, l.reason])).toEqual([['ordered', undefined], ['acknowledged', undefined], ['declined', '爆胎']]);
});

test('events and milestones stand in one order of time, the newest first', () => {
  const event = { seq: 3, at: '2026-11-23T08:00:10Z', actor: '李', type: 'advanced' };
  expect(inTime([event, ...stepsOf(a)]).map((l) => l.step ?? l.type)).toEqual(['declined', 'acknowledged', 'advanced', 'ordered']);
});

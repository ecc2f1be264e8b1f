import { expect, test } from 'vitest';
import type { Assignment, IncidentFeature } from '../api/types';
import { gainOf, groupsOf, keptOf, unmanned, type Joint } from './joint';
import { keptOf as readBack } from './keep';
import type { Activation } from './calls';

const slot = (incident: string, unit: string, arrival_s: number) => ({ incident, unit, arrival_s, requirement: 0, code: unit, name: unit, cost: 1, reason: '', reason_en: '' });
const answer = {
  seq: 7, as_of: '2026-11-23T12:00:00Z', inputs: 'abc', basis: 'road', total_cost: 100, greedy_cost: 480, shortfalls: [{ incident: 'b', requirement: 0, missing: 1, text: '缺 1' }],
  incidents: [{ incident: 'b', number: '2', priority: 3, requirements: [] }, { incident: 'a', number: '1', priority: 1, run_card: '火灾', requirements: [] }],
  slots: [slot('a', 'u2', 300), slot('b', 'u3', 60), slot('a', 'u1', 200)],
} as unknown as Joint;

test('the more urgent incident is first, its units by arrival', () => {
  expect(groupsOf(answer).map((g) => [g.incident.incident, g.slots.map((s) => s.unit).join(), g.shortfalls.length])).toEqual([['a', 'u1,u2', 0], ['b', 'u3', 1]]);
});

test('what is kept with the orders is read back as any recommendation is', () => {
  const [first, second] = groupsOf(answer);
  const back = readBack({ recommendation: keptOf(answer, first!) } as unknown as Activation)!;
  expect([back.answer.run_card?.name, back.answer.picks.map((p) => p.unit).join(), back.answer.rejected]).toEqual(['火灾', 'u1,u2', []]);
  expect(readBack({ recommendation: keptOf(answer, second!) } as unknown as Activation)!.answer.shortfalls[0]).toMatchObject({ missing: 1, text: '缺 1' });
});

test('the gain is said in time, or as a gap that the other way would leave', () => {
  expect(gainOf(answer)).toEqual({ kind: 'less', seconds: 380 });
  expect(gainOf({ total_cost: 5, greedy_cost: 5.2 })).toEqual({ kind: 'same' });
  expect(gainOf({ total_cost: 5, greedy_cost: 500_000 })).toEqual({ kind: 'gaps' });
});

test('joint dispatch is offered for open incidents that have nobody', () => {
  const incident = (id: string, state: string) => ({ id, properties: { state } }) as IncidentFeature;
  const forces = new Map([['c', [{ id: 'x' } as Assignment]]]);
  expect(unmanned([incident('a', 'confirmed'), incident('b', 'closed'), incident('c', 'responding'), incident('d', 'reported')], forces).map((i) => i.id)).toEqual(['a', 'd']);
});

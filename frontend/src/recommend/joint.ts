import { api, ask } from '../api/client';
import type { components } from '../api/schema';
import type { Assignment, IncidentFeature } from '../api/types';
import type { Shortfall } from './calls';

type Schemas = components['schemas'];
export type Joint = Schemas['JointRecommendation'];
export type Slot = Schemas['JointSlot'];

const ENDED: readonly string[] = ['closed', 'duplicate', 'false_alarm', 'transferred', 'cancelled'];

/** recommendJointly asks whom to send where, for all open incidents that lack something. */
export function recommendJointly(divert: boolean, exclude: readonly string[], signal?: AbortSignal): Promise<Joint> {
  return ask(api.POST('/api/recommendations/joint', { body: { allow_divert: divert, exclude: [...exclude] }, signal }));
}

/** unmanned are the open incidents nobody was sent to. */
export function unmanned(all: Iterable<IncidentFeature>, forces: ReadonlyMap<string, readonly Assignment[]>): IncidentFeature[] {
  return [...all].filter((i) => !ENDED.includes(i.properties.state) && !forces.get(i.id)?.length);
}

/** Group is what one incident gets of a joint recommendation, and what it still lacks. */
export interface Group {
  incident: Joint['incidents'][number];
  slots: readonly Slot[];
  shortfalls: Joint['shortfalls'];
}

/** groupsOf lays an answer out by incident, the more urgent first, each unit by its arrival. */
export function groupsOf(r: Joint): Group[] {
  const order = [...r.incidents].sort((a, b) => a.priority - b.priority || a.number.localeCompare(b.number));
  return order.map((incident) => ({
    incident,
    slots: r.slots.filter((s) => s.incident === incident.incident).sort((a, b) => a.arrival_s - b.arrival_s || a.unit.localeCompare(b.unit)),
    shortfalls: r.shortfalls.filter((s) => s.incident === incident.incident),
  }));
}

/** keptOf is what stays with the orders of one incident: its part of the joint answer, in the form every recommendation is read back in. */
export function keptOf(r: Joint, g: Group): Record<string, unknown> {
  const picks = g.slots.map((s) => ({ ...s, requirements: [s.requirement], kind: '', closures: [] }));
  const shortfalls: Partial<Shortfall>[] = g.shortfalls.map(({ requirement, missing, text }) => ({ requirement, missing, text, title: text, code: 'joint' }));
  const card = g.incident.run_card ? { run_card: { id: '', name: g.incident.run_card } } : {};
  return { mode: 'joint', seq: r.seq, as_of: r.as_of, inputs: r.inputs, basis: r.basis, level: 1, ...card, requirements: g.incident.requirements, picks, shortfalls, total_cost: r.total_cost, greedy_cost: r.greedy_cost, incidents: r.incidents.length };
}

/** Gain is how a joint choice compares with each incident taking its nearest in turn: less by so many weighted seconds, the same, or so much less that somebody would have gone without. */
export type Gain = { kind: 'less'; seconds: number } | { kind: 'same' } | { kind: 'gaps' };
const GAPS = 6 * 3600; // weighted s; only a slot left empty costs as much

export function gainOf(r: Pick<Joint, 'total_cost' | 'greedy_cost'>): Gain {
  const seconds = Math.round(r.greedy_cost - r.total_cost);
  if (seconds < 1) return { kind: 'same' };
  return seconds >= GAPS ? { kind: 'gaps' } : { kind: 'less', seconds };
}

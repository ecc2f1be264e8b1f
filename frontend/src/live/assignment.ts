import type { Assignment, AssignmentState, Eta } from '../api/types';
import { healthOf, type Health } from './health';

const ENDED: readonly AssignmentState[] = ['released', 'declined', 'cancelled', 'diverted'];
const COMING: readonly AssignmentState[] = ['ordered', 'acknowledged', 'enroute', 'staged'];

/** ACK_DUE is the time in ms within which an order is to be acknowledged, as the server's policy has it. */
export const ACK_DUE = 60_000;

/** STEPS are the ways on, the usual one first. */
const STEPS: Partial<Record<AssignmentState, readonly AssignmentState[]>> = {
  ordered: ['acknowledged', 'enroute', 'on_scene'],
  acknowledged: ['enroute', 'on_scene'],
  enroute: ['on_scene', 'staged'],
  staged: ['on_scene'],
  on_scene: ['released', 'returning', 'to_facility'],
  to_facility: ['at_facility'],
  at_facility: ['released', 'returning'],
  returning: ['released'],
};

export const isOpen = (state: AssignmentState): boolean => !ENDED.includes(state);
/** isComing says that the unit is not there yet. */
export const isComing = (state: AssignmentState): boolean => COMING.includes(state);
/** isThere says that the unit works at the scene; who has left it, or was only asked for, is not there. */
export const isThere = (state: AssignmentState): boolean => state === 'on_scene';
/** stepsOn are the states an assignment may be moved on to. */
export const stepsOn = (state: AssignmentState): readonly AssignmentState[] => STEPS[state] ?? [];

/** stepsOut are the ways to end it early, each with a reason. */
export function stepsOut(state: AssignmentState): readonly AssignmentState[] {
  if (state === 'ordered' || state === 'acknowledged') return ['declined', 'cancelled', 'diverted'];
  if (isComing(state)) return ['cancelled', 'diverted'];
  return isOpen(state) ? ['diverted'] : [];
}

/** needsReason: an ending says why; a recorded consent says who agreed. */
export const needsReason = (to: AssignmentState): boolean => to === 'ordered' || to === 'declined' || to === 'cancelled' || to === 'diverted';

/** crossings are the fences that by its positions a unit has crossed, while a person may still confirm it by the next step. */
export function crossings(a: Assignment): { fence: 'left_scene' | 'at_base' | 'left_county'; at: string }[] {
  const means = { left_scene: a.state === 'on_scene', at_base: a.state === 'returning', left_county: isOpen(a.state) };
  return (['left_scene', 'at_base', 'left_county'] as const).flatMap((fence) => {
    const at = a[`${fence}_proposed_at`];
    return at && means[fence] ? [{ fence, at }] : [];
  });
}

/** byIncident groups the open ones, the first ordered first. */
export function byIncident(all: Iterable<Assignment>): ReadonlyMap<string, readonly Assignment[]> {
  const groups = new Map<string, Assignment[]>();
  for (const a of all) {
    if (!isOpen(a.state)) continue;
    const group = groups.get(a.incident);
    if (group) group.push(a);
    else groups.set(a.incident, [a]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.ordered_at.localeCompare(b.ordered_at) || a.id.localeCompare(b.id));
  return groups;
}

/** byUnit is the open assignment of each unit that has one. */
export function byUnit(all: Iterable<Assignment>): ReadonlyMap<string, Assignment> {
  const tasks = new Map<string, Assignment>();
  for (const a of all) if (isOpen(a.state)) tasks.set(a.unit, a);
  return tasks;
}

/** Summary is what a queue says of an incident's forces; first is when the first of those still coming arrives, in ms. */
export interface Summary {
  sent: number;
  there: number;
  asked: number; // their owners have yet to agree
  first?: number;
}

export function summary(forces: readonly Assignment[], etas: ReadonlyMap<string, Eta>): Summary {
  const found: Summary = { sent: 0, there: 0, asked: 0 };
  for (const a of forces) {
    if (a.state === 'proposed') found.asked++;
    else found.sent++;
    if (isThere(a.state)) found.there++;
    const arrive = isComing(a.state) && etas.get(a.id)?.arrive_at;
    if (arrive) found.first = Math.min(found.first ?? Infinity, new Date(arrive).getTime());
  }
  return found;
}

/** Arrival is an expected arrival as it is shown. */
export interface Arrival {
  at?: number; // ms, undefined: not known
  lostS: number; // s that closures cost
  health: Health | 'fixed';
  ageMs?: number; // of the position it is computed from
  old: boolean; // computed from a position that may no longer be true
  cut?: boolean; // the channel is down, so it is not being recomputed
}

/** arrivalOf reads an ETA now; heardAt is when the unit was last heard by this client in ms, 0: never. */
export function arrivalOf(eta: Eta, heardAt: number, now: number): Arrival {
  const { position, arrive_at, travel_s, without_s } = eta;
  const health = heardAt > 0 ? healthOf(heardAt, now, 'committed') : (position.health as Arrival['health']);
  const ageMs = heardAt > 0 ? Math.max(0, now - heardAt) : position.age_s === undefined ? undefined : position.age_s * 1000;
  return {
    at: arrive_at ? new Date(arrive_at).getTime() : undefined,
    lostS: travel_s !== undefined && without_s !== undefined ? Math.max(0, travel_s - without_s) : 0,
    health, ageMs, old: health === 'stale' || health === 'lost' || health === 'none',
  };
}

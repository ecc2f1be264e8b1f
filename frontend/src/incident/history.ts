import type { Assignment, AssignmentState, Event } from '../api/types';

/** Line is one event of an incident as the timeline shows it: a key of the locales, and what it took from where to where. */
export interface Line {
  seq: number;
  at: string;
  actor: string;
  type: string;
  from?: string;
  to?: string;
  disposition?: string;
  reason?: string;
  unit?: string;
  step?: AssignmentState;
}

const text = (x: unknown): string | undefined => (typeof x === 'string' && x ? x : undefined);

/** lineOf reads an event. */
export function lineOf(e: Event): Line {
  const p = e.payload as Record<string, unknown>;
  return {
    seq: e.seq, at: e.occurred_at ?? e.recorded_at, actor: e.actor_name ?? '', type: e.type.replace(/^incident\./, ''),
    from: text(p.from), to: text(p.to), disposition: text(p.disposition), reason: text(p.reason),
  };
}

const STAMPS = [
  ['ordered', 'ordered_at'], ['acknowledged', 'acknowledged_at'], ['enroute', 'enroute_at'], ['staged', 'staged_at'], ['on_scene', 'on_scene_at'],
  ['to_facility', 'to_facility_at'], ['at_facility', 'at_facility_at'], ['returning', 'returning_at'],
] as const;

/** stepsOf are the milestones of an assignment as lines; what was not reported has none. */
export function stepsOf(a: Assignment): Line[] {
  const line = (step: AssignmentState, at: string, reason?: string): Line => ({ seq: a.seq, at, actor: '', type: 'assignment', unit: a.unit, step, ...(reason && { reason }) });
  const lines = STAMPS.flatMap(([step, stamp]) => (a[stamp] ? [line(step, a[stamp])] : []));
  if (a.ended_at) lines.push(line(a.state, a.ended_at, a.reason));
  return lines;
}

/** inTime puts events and milestones together, the newest first; of one moment the later event first. */
export function inTime(lines: readonly Line[]): Line[] {
  return lines.map((l, i) => ({ l, i, at: new Date(l.at).getTime() })).sort((a, b) => b.at - a.at || a.i - b.i).map((x) => x.l);
}

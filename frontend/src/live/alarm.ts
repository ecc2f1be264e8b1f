import type { Alarm, AlarmKind, AlarmOutcome, IncidentFeature, LonLat } from '../api/types';

/** LINGER is how long the band still shows who acknowledged an alarm, in ms; UNDO how long an automatic order can be undone. */
export const LINGER = 10_000;
export const UNDO = 60_000;

/** Shown is an alarm as a screen shows it: the server's, which everybody shares, or one of this desk alone (own). Times in ms. */
export interface Shown {
  id: string;
  kind: AlarmKind | 'incident' | 'warning';
  own?: boolean;
  version: number;
  state: Alarm['state'];
  at: number;
  priority?: number;
  unit?: string;
  incident?: string;
  assignment?: string;
  rule?: string;
  division?: string;
  point?: LonLat;
  /** place is where, in words, when nothing else says it. */
  place?: string;
  text?: string;
  seen?: { by: string; at: number };
  ended?: { at: number; outcome?: AlarmOutcome; reason?: string };
}

const ms = (at: string) => new Date(at).getTime();
const pointOf = (g: { coordinates: unknown } | undefined): LonLat | undefined => {
  const at = g?.coordinates;
  return Array.isArray(at) && typeof at[0] === 'number' && typeof at[1] === 'number' ? [at[0], at[1]] : undefined;
};

/** ofServer reads an alarm of the picture. */
export function ofServer(a: Alarm): Shown {
  return {
    id: a.id, kind: a.kind, version: a.version, state: a.state, at: ms(a.raised_at), unit: a.unit, incident: a.incident, assignment: a.assignment, rule: a.rule,
    division: a.division, point: pointOf(a.point as { coordinates: unknown } | undefined), text: a.note,
    seen: a.acknowledged_at ? { by: a.acknowledged_by_name ?? '', at: ms(a.acknowledged_at) } : undefined,
    ended: a.ended_at ? { at: ms(a.ended_at), outcome: a.outcome, reason: a.reason } : undefined,
  };
}

/** ofIncident is the alarm of a newly reported incident of priority 1 or 2, else undefined. */
export function ofIncident(feature: IncidentFeature): Shown | undefined {
  const i = feature.properties;
  if (i.priority > 2) return undefined;
  return { id: feature.id, kind: 'incident', own: true, version: 0, state: 'raised', priority: i.priority, at: ms(i.received_at), incident: feature.id, point: pointOf(feature.geometry), text: `${i.number} ${i.title}` };
}

const GRAVITY: Record<Shown['kind'], number> = { sos: 0, incident: 1, unacknowledged: 2, lost: 3, hazard: 4, auto_ordered: 4, warning: 4, void: 6 };
const gravity = (a: Shown) => (a.kind === 'incident' && a.priority === 2 ? 5 : GRAVITY[a.kind] + (a.kind === 'warning' ? (a.priority ?? 0) / 10 : 0));
const PLACE: Record<Shown['state'], number> = { raised: 0, acknowledged: 1, ended: 2 };

/** byGravity puts what nobody has acknowledged first, then the graver, then the older. */
export function byGravity(a: Shown, b: Shown): number {
  return PLACE[a.state] - PLACE[b.state] || gravity(a) - gravity(b) || a.at - b.at || a.id.localeCompare(b.id);
}

/** lingers says whether the band still shows an acknowledged alarm: a call for help until it ends, an order while it can be undone, others for a moment. */
function lingers(a: Shown, now: number): boolean {
  if (a.state !== 'acknowledged') return false;
  if (a.kind === 'sos' || (a.kind === 'auto_ordered' && now - a.at < UNDO)) return true;
  return a.seen !== undefined && now - a.seen.at < LINGER;
}

/** banded are the alarms the band goes through, in order. */
export function banded(all: Iterable<Shown>, now: number): Shown[] {
  return [...all].filter((a) => a.state === 'raised' || lingers(a, now)).sort(byGravity);
}

/** together joins the server's alarms with this desk's own: a unit's call for help that the server already shares is not shown twice. */
export function together(shared: Iterable<Shown>, own: Iterable<Shown>): Shown[] {
  const all = [...shared];
  const calling = new Set(all.filter((a) => a.kind === 'sos').map((a) => a.unit));
  return [...all, ...[...own].filter((a) => a.kind !== 'sos' || !calling.has(a.unit))];
}

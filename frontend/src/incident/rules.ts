import type { Disposition, Incident, IncidentFeature, IncidentState } from '../api/types';

/** STEPS are the moves a person may make, as the server's rules have them. */
const STEPS: Partial<Record<IncidentState, readonly IncidentState[]>> = {
  reported: ['verifying', 'confirmed'],
  verifying: ['confirmed'],
  confirmed: ['responding'],
  responding: ['contained', 'recovering'],
  contained: ['recovering', 'responding'],
  closed: ['responding'],
  false_alarm: ['responding'],
  cancelled: ['responding'],
  duplicate: ['verifying'], // within a day
};
const ENDED: readonly IncidentState[] = ['closed', 'duplicate', 'false_alarm', 'transferred', 'cancelled'];
const EARLY: readonly IncidentState[] = ['reported', 'verifying'];

export const isOpen = (state: IncidentState): boolean => !ENDED.includes(state);

/** nextStates are where an incident may go from a state. */
export const nextStates = (state: IncidentState): readonly IncidentState[] => STEPS[state] ?? [];

/** needsReason says whether going back to responding, or taking a duplicate up again, must be explained. */
export const needsReason = (from: IncidentState, to: IncidentState): boolean => (to === 'responding' && from !== 'confirmed') || from === 'duplicate';

/** dispositions are how an incident in a state may end: what was confirmed ends as resolved. */
export function dispositions(state: IncidentState): readonly Disposition[] {
  return EARLY.includes(state) ? ['false_alarm', 'duplicate', 'transferred', 'cancelled', 'resolved'] : ['resolved'];
}

/** losses says whether dead, missing and injured are known, which containing an incident needs. */
export const losses = (i: Incident): boolean => [i.dead, i.missing, i.injured].every((n) => n !== undefined);

/** byUrgency puts open before ended, then the more urgent, then the older. */
export function byUrgency(a: IncidentFeature, b: IncidentFeature): number {
  const open = Number(isOpen(b.properties.state)) - Number(isOpen(a.properties.state));
  const urgent = a.properties.priority - b.properties.priority;
  return open || urgent || a.properties.received_at.localeCompare(b.properties.received_at);
}

/** DUE are the minutes from the report within which an incident should be responded to, by priority. */
const DUE_MIN = [0, 5, 10, 20, 30, 60];

/** dueMs is that time in ms, as long as nobody responded. */
export function dueMs(i: Incident): number | undefined {
  return i.responding_at || !isOpen(i.state) ? undefined : DUE_MIN[i.priority]! * 60_000;
}

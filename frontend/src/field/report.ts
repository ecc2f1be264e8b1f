import type { Draft } from '../api/intent';
import type { IncidentKind, LonLat } from '../api/types';
import { uuid7 } from '../api/uuid';

export const KINDS: readonly IncidentKind[] = [
  'forest_fire', 'building_fire', 'flood', 'geohazard', 'hazmat', 'traffic', 'medical', 'marine', 'storm_surge', 'earthquake', 'mine', 'tailings', 'public_health', 'social', 'other',
];

/** A report on its way: its id stays the same however often it is sent, so it is recorded once. */
export interface Report {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly title: string;
  readonly priority: number;
  readonly point: LonLat;
  readonly description: string;
  readonly at: string;
}

export function makeReport(r: Omit<Report, 'id' | 'at'>, now = new Date()): Report {
  return { ...r, id: uuid7(), at: now.toISOString() };
}

/** What goes over the wire; an empty description is left out. */
export function bodyOf(r: Report) {
  const { kind, title, priority } = r;
  const properties = { kind, title, priority, source: 'field', occurred_at: r.at, ...(r.description.trim() ? { description: r.description.trim() } : {}) };
  return { type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: [...r.point] }, properties };
}

/** draftOf is a report as the queue keeps it. */
export function draftOf(r: Report, account: string): Draft {
  return { account, subject: `incident:${r.id}`, kind: 'report', method: 'PUT', path: `/api/incidents/${r.id}`, body: bodyOf(r), about: r.title, text: r.title, madeAt: Date.parse(r.at) };
}

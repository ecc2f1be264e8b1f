import { api, ask, once } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { IncidentKind, LonLat, Receipt } from '../api/types';
import { uuid7 } from '../api/uuid';

export const KINDS: readonly IncidentKind[] = [
  'forest_fire', 'building_fire', 'flood', 'geohazard', 'hazmat', 'traffic', 'medical', 'marine', 'storm_surge', 'earthquake', 'mine', 'tailings', 'public_health', 'social', 'other',
];

/** A report on its way: its id and key stay the same however often it is sent, so it is recorded once. */
export interface Report {
  readonly id: string;
  readonly header: ReturnType<typeof once>;
  readonly kind: IncidentKind;
  readonly title: string;
  readonly priority: number;
  readonly point: LonLat;
  readonly description: string;
  readonly at: string;
}

export function makeReport(r: Omit<Report, 'id' | 'header' | 'at'>, now = new Date()): Report {
  return { ...r, id: uuid7(), header: once(), at: now.toISOString() };
}

/** What goes over the wire; an empty description is left out. */
export function bodyOf(r: Report) {
  const { kind, title, priority } = r;
  const properties = { kind, title, priority, source: 'field', occurred_at: r.at, ...(r.description.trim() ? { description: r.description.trim() } : {}) };
  return { type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: [...r.point] }, properties };
}

export const send = (r: Report): Promise<Receipt> => ask(api.PUT('/api/incidents/{id}', { params: { path: { id: r.id }, header: r.header }, body: bodyOf(r) }));

/** The server has not answered or is busy: the same report may be sent again. A refusal has to be read by a person. */
export const retryable = (cause: unknown): boolean => cause instanceof ApiProblem && (cause.status === 0 || cause.status === 429 || cause.status >= 500);

import { api, ask, seen } from '../api/client';
import type { Disposition, IncidentFacts, IncidentState, LonLat, Receipt } from '../api/types';

const point = (coordinates: LonLat) => ({ type: 'Point', coordinates: coordinates as unknown[] });

export function amend(id: string, version: number, properties: IncidentFacts, at?: LonLat, reason?: string): Promise<Receipt> {
  const body = { properties, ...(at && { geometry: point(at) }), ...(reason && { reason }) };
  return ask(api.PATCH('/api/incidents/{id}', { params: { path: { id }, header: seen(version) }, body }));
}

export function advance(id: string, version: number, to: IncidentState, reason?: string): Promise<Receipt> {
  const body = { to, ...(reason && { reason }) };
  return ask(api.POST('/api/incidents/{id}/advance', { params: { path: { id }, header: seen(version) }, body }));
}

/** Ending says how an incident ended. */
export interface Ending {
  disposition: Disposition;
  reason: string;
  merged_into?: string;
  receiver?: string;
}

export function close(id: string, version: number, body: Ending): Promise<Receipt> {
  return ask(api.POST('/api/incidents/{id}/close', { params: { path: { id }, header: seen(version) }, body }));
}

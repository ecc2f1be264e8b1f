import { api, ask, once, seen } from '../api/client';
import type { Disposition, IncidentFacts, IncidentState, LonLat, Receipt } from '../api/types';
import { uuid7 } from '../api/uuid';

/** Report is what a person says of a new incident. */
export interface Report extends IncidentFacts {
  kind: NonNullable<IncidentFacts['kind']>;
  title: string;
  priority: number;
  source?: string;
}

const point = (coordinates: LonLat) => ({ type: 'Point', coordinates: coordinates as unknown[] });

/** reporter makes a command that reports one incident; sent again it is the same command, so nothing is reported twice. */
export function reporter(): (at: LonLat, report: Report) => Promise<Receipt & { id: string }> {
  const id = uuid7();
  let key = once();
  let sent = '';
  return (at, report) => {
    const body = { type: 'Feature' as const, geometry: point(at), properties: report };
    const text = JSON.stringify(body);
    if (sent && sent !== text) key = once(); // another body is another command
    sent = text;
    return ask(api.PUT('/api/incidents/{id}', { params: { path: { id }, header: key }, body }));
  };
}

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

import { api, ask, once, seen } from './client';
import type { AssignmentState, Receipt } from './types';
import { uuid7 } from './uuid';

/** orderer makes the command that orders a unit to an incident (下达出动); sent again it is the same command, so nobody is ordered twice. */
export function orderer(incident: string, unit: string): () => Promise<Receipt> {
  const id = uuid7();
  const header = once();
  return () => ask(api.PUT('/api/assignments/{id}', { params: { path: { id }, header }, body: { incident, unit } }));
}

/** moveOn moves an assignment that was seen at a version to a state, or ends it. */
export function moveOn(id: string, version: number, to: AssignmentState, reason?: string): Promise<Receipt> {
  return ask(api.POST('/api/assignments/{id}/advance', { params: { path: { id }, header: seen(version) }, body: { to, ...(reason && { reason }) } }));
}

/** diverter makes the command that sends a bound unit to another incident (改派); sent again it is the same command. */
export function diverter(id: string, version: number, incident: string): (reason: string) => Promise<Receipt> {
  const assignment = uuid7();
  const header = seen(version);
  return (reason) => ask(api.POST('/api/assignments/{id}/divert', { params: { path: { id }, header }, body: { assignment, incident, reason } }));
}

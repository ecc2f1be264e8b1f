import { api, ask } from '../api/client';
import type { Receipt } from '../api/types';

/** MOST_PHOTO is how many bytes a photo may have. */
export const MOST_PHOTO = 8 * 1024 * 1024;

/** addNote adds a note under an id of the caller's, which also names the command: sent twice, it is there once. */
export function addNote(incident: string, note: string, text: string): Promise<Receipt> {
  return ask(api.PUT('/api/incidents/{id}/notes/{note}', { params: { path: { id: incident, note }, header: { 'Idempotency-Key': note } }, body: { text } }));
}

/** addPhoto adds a photo as it is, with its caption. */
export function addPhoto(incident: string, note: string, file: File, caption: string): Promise<Receipt> {
  const params = { path: { id: incident, note }, query: caption ? { caption } : {}, header: { 'Idempotency-Key': note } };
  return ask(api.PUT('/api/incidents/{id}/photos/{note}', { params, headers: { 'Content-Type': file.type }, body: file as unknown as string, bodySerializer: (body) => body }));
}

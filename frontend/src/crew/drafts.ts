import type { Draft, Intent } from '../api/intent';
import { isPending, isStuck } from '../api/intent';
import { toOf } from '../api/intentAnswer';
import type { Assignment, AssignmentState, LonLat } from '../api/types';
import { uuid7 } from '../api/uuid';

const iso = (ms: number) => new Date(ms).toISOString();
const subjectOf = (a: Assignment) => `assignment:${a.id}`;

/** Maker is whose wish it is, when it was made (ms, the server's clock), and what it is about in words. */
export interface Maker {
  account: string;
  now: number;
  about: string;
}

/** stepDraft moves the own assignment on; at is when it was so, which is never before the order. */
export function stepDraft(a: Assignment, to: AssignmentState, by: Maker, intents: readonly Intent[], more: { reason?: string; at?: number } = {}): Draft {
  const at = Math.max(more.at ?? by.now, new Date(a.ordered_at).getTime());
  const reason = more.reason?.trim();
  return {
    account: by.account, subject: subjectOf(a), kind: 'step', method: 'POST', path: `/api/assignments/${a.id}/advance`,
    body: { to, ...(reason && { reason }), occurred_at: iso(at) }, about: by.about, text: to, madeAt: at, version: versionOf(a, intents),
  };
}

/** versionOf is the newest version seen: an answer may be ahead of the live channel. */
function versionOf(a: Assignment, intents: readonly Intent[]): number {
  return Math.max(a.version, ...intents.filter((i) => i.subject === subjectOf(a) && i.answer).map((i) => i.answer!.version));
}

export function noteDraft(incident: string, text: string, by: Maker, point?: LonLat): Draft {
  const body = { text, occurred_at: iso(by.now), ...(point && { point: { type: 'Point', coordinates: point } }) };
  return { account: by.account, subject: `incident:${incident}`, kind: 'note', method: 'PUT', path: `/api/incidents/${incident}/notes/${uuid7()}`, body, about: by.about, text, madeAt: by.now };
}

export function photoDraft(incident: string, photo: Blob, caption: string, by: Maker, point?: LonLat): Draft {
  const query = new URLSearchParams({ taken_at: iso(by.now), ...(caption && { caption }), ...(point && { lon: String(point[0]), lat: String(point[1]) }) });
  return {
    account: by.account, subject: `incident:${incident}`, kind: 'photo', method: 'PUT', path: `/api/incidents/${incident}/photos/${uuid7()}?${query}`,
    blob: { type: photo.type, bytes: photo.size }, about: by.about, text: caption, madeAt: by.now,
  };
}

/** sosDraft is a call for help of the own unit (紧急求救); every one is an alarm of its own. */
export function sosDraft(by: Maker, incident?: string, point?: LonLat): Draft {
  const alarm = uuid7();
  const body = { kind: 'sos', occurred_at: iso(by.now), ...(incident && { incident }), ...(point && { point: { type: 'Point', coordinates: point } }) };
  return { account: by.account, subject: `alarm:${alarm}`, kind: 'sos', method: 'PUT', path: `/api/alarms/${alarm}`, body, about: by.about, text: '', madeAt: by.now };
}

/** Shown is how an assignment looks to its crew: with what it has said and nobody has answered yet. */
export interface Shown {
  state: AssignmentState;
  unsent?: Intent; // the state is what the crew said, the server does not have it
  clash?: Intent; // somebody has to decide first
  already?: Intent; // the last step had been recorded by somebody else
}

/** shownOf lays the own unanswered steps over an assignment. */
export function shownOf(a: Assignment, intents: readonly Intent[]): Shown {
  const mine = intents.filter((i) => i.kind === 'step' && i.subject === subjectOf(a));
  const clash = mine.find(isStuck);
  const unsent = mine.findLast(isPending);
  const last = mine.findLast((i) => i.state === 'done');
  const already = last?.already && toOf(last) === a.state ? last : undefined;
  if (clash) return { state: a.state, clash };
  if (unsent) return { state: toOf(unsent), unsent };
  // taken, and the live channel has yet to say so
  if (last?.answer && !last.already && last.answer.version > a.version) return { state: toOf(last) };
  return { state: a.state, already };
}

/** subjectId is the id an intent is about. */
export const subjectId = (i: Intent): string => i.subject.slice(i.subject.indexOf(':') + 1);

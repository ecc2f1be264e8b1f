import { reactive, ref } from 'vue';
import { api, ask, once } from '../api/client';
import type { IncidentFacts, IncidentKind, LonLat, Receipt } from '../api/types';
import { uuid7 } from '../api/uuid';

/** Call is what was typed of a call so far: texts as they stand in the fields. */
export interface Call {
  at?: LonLat;
  search: string;
  place: string;
  accuracy: string;
  kind: string;
  priority: string;
  title: string;
  caller_name: string;
  caller_phone: string;
  injured: string;
  trapped: string;
  description: string;
  /** The incident the caller means too, by its number. */
  same: string;
  /** The call for help it is made of, and what the report is said to come from. */
  alarm: string;
  source: string;
  /** Those the caller does not mean, by id. */
  others: string[];
}

export const blank = (): Call => ({
  at: undefined, search: '', place: '', accuracy: '', kind: '', priority: '3', title: '', caller_name: '', caller_phone: '', injured: '', trapped: '', description: '', same: '', alarm: '', source: 'call', others: [],
});

/** call is the one in hand. It outlives its dialog: what was typed stays until it is recorded or thrown away. */
export const call = reactive<Call>(blank());
/** taking says whether the dialog is on the screen. */
export const taking = ref(false);

/** begun says whether something would be lost: a place alone is quickly given again. */
export const begun = (c: Call = call): boolean => Object.entries(c).some(([key, typed]) => !['at', 'others', 'priority', 'source'].includes(key) && String(typed).trim() !== '');

/** locate puts the call on a place. The name is taken over unless the person wrote one of their own. */
export function locate(point: LonLat, name: string, known: string): void {
  if (!call.place.trim() || call.place === known) call.place = name;
  call.at = point;
}

/** take begins the report of an alarm, unless something else was begun: one person's call is never mixed with another's. */
export function take(from: Partial<Call> & { alarm: string }): boolean {
  if (call.alarm !== from.alarm) {
    if (begun()) return false;
    Object.assign(call, blank(), from);
  }
  taking.value = true;
  return true;
}

function number(typed: string | number): number | undefined {
  const n = Number(typed);
  return String(typed).trim() === '' || !Number.isFinite(n) ? undefined : n;
}

/** factsOf reads the call; what was left empty is left out, and a title that nobody wrote is said by kind and place. */
export function factsOf(c: Call, kindWord: string, sameWord: (number: string) => string): IncidentFacts & { kind: IncidentKind; title: string; priority: number; source: string } {
  const told = [c.description.trim(), c.same && sameWord(c.same)].filter(Boolean).join('\n');
  const facts: IncidentFacts = { ...(told && { description: told }) };
  for (const key of ['place', 'caller_name', 'caller_phone'] as const) if (c[key].trim()) facts[key] = c[key].trim();
  for (const key of ['injured', 'trapped'] as const) {
    const n = number(c[key]);
    if (n !== undefined) facts[key] = n;
  }
  const accuracy = number(c.accuracy);
  if (accuracy !== undefined) facts.accuracy_m = accuracy;
  const title = c.title.trim() || [c.place.trim(), kindWord].filter(Boolean).join(' ');
  return { ...facts, kind: c.kind as IncidentKind, title: title.slice(0, 120), priority: Number(c.priority), source: c.source };
}

let id = uuid7();
let key = once();
let sent = '';

/** record reports the call. Sent again it is the same command, so nothing is reported twice; changed, it is another about the same incident. */
export async function record(at: LonLat, properties: ReturnType<typeof factsOf>): Promise<Receipt & { id: string }> {
  const body = { type: 'Feature' as const, geometry: { type: 'Point', coordinates: at as unknown[] }, properties };
  const text = JSON.stringify(body);
  if (sent && sent !== text) key = once();
  sent = text;
  return ask(api.PUT('/api/incidents/{id}', { params: { path: { id }, header: key }, body }));
}

/** hangUp forgets the call: it was recorded, or the person threw it away. */
export function hangUp(): void {
  Object.assign(call, blank());
  [id, key, sent] = [uuid7(), once(), ''];
  taking.value = false;
}

import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { api, ask as asked, once, seen } from '../api/client';
import { ApiProblem, unreachable } from '../api/problem';
import { createRunner } from '../api/runner';
import { session } from '../api/session';
import { uuid7 } from '../api/uuid';
import { onEvent, onPicture } from '../live/live';
import type { components } from '../api/schema';
import type { Put, Result, Study } from './kinds';

export type Rerun = components['schemas']['StudyRerun'];

const SOON = 150, WHILE_RUNNING = 1000, CALM = 30_000; // ms between looks at the list
const KEPT = 8; // results

/** The studies of the desk, newest first; undefined before they were read. */
export const studies = shallowRef<readonly Study[]>();
/** What went wrong last, in words. */
export const failure = ref('');
/** Why there is no coarse answer. */
export const unseen = ref('');
/** What is open: a study with its result, or a coarse answer while somebody drags. */
export const open = shallowRef<{ study: Study; result: Result }>();
export const preview = shallowRef<{ of: Put; result: Result }>();
export const beside = shallowRef<{ study: Study; result: Result }>();
export const busy = reactive({ asking: false, opening: '', rerunning: false, previewing: false });
export const rerun = shallowRef<{ id: string; answer: Rerun }>();
/** The study that opens by itself when it is finished. */
export const awaited = ref('');
/** Layers that are not shown, by code. */
export const hidden = shallowRef<ReadonlySet<string>>(new Set());
/** What was clicked on the map of a result. */
export const touched = shallowRef<{ layer: string; properties: Record<string, unknown> }>();

/** A zone is being drawn: nothing else stands on the map. */
export const drawing = ref(false);

/** Where the map is asked to go, a new value for each time. */
export const spot = shallowRef<[number, number]>();

/** What is looked at: a coarse answer stands before the exact one. */
export const shown = computed(() => preview.value?.result ?? open.value?.result);
export const running = (s: Study): boolean => s.state === 'asked' || s.state === 'running';

const results = new Map<string, Result>();
const say = (cause: unknown) => void (failure.value = (cause instanceof ApiProblem ? cause : unreachable(cause)).text);
/** Studies made by moving a slider: each is put away once another takes its place. */
const tuned = new Set<string>();
let users = 0, due = 0, reading = false, again = false;
let ends: (() => void)[] = [];

/** watchStudies keeps the list true while anybody looks; call what it returns when done. */
export function watchStudies(): () => void {
  if (users++ === 0) {
    ends = [onEvent(({ event }) => event.kind === 'study' && soon(SOON)), onPicture(() => soon(SOON))];
    soon(0);
  }
  let over = false;
  return () => {
    if (over) return;
    over = true;
    if (--users > 0) return;
    clearTimeout(due);
    for (const end of ends.splice(0)) end();
  };
}

function soon(ms: number): void {
  clearTimeout(due);
  due = window.setTimeout(() => void read(), ms);
}

async function read(): Promise<void> {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  again = false;
  try {
    const list = await asked(api.GET('/api/studies'));
    studies.value = list.studies;
    failure.value = '';
    void arrived();
  } catch (cause) {
    say(cause);
  } finally {
    reading = false;
  }
  if (users) soon(again ? SOON : studies.value?.some(running) ? WHILE_RUNNING : CALM);
}

/** arrived opens the study that was waited for, and says why one failed. */
async function arrived(): Promise<void> {
  const study = studies.value?.find((s) => s.id === awaited.value);
  if (!study || running(study)) return;
  awaited.value = '';
  if (study.state !== 'finished') {
    unlook(); // the coarse answer stood in for one that does not come
    return;
  }
  const last = open.value?.study;
  await show(study);
  if (last && last.id !== study.id && tuned.has(last.id) && open.value?.study.id === study.id) void drop(last);
}

/** show opens the result of a finished study. */
export async function show(study: Study): Promise<void> {
  busy.opening = study.id;
  try {
    const result = await resultOf(study);
    if (busy.opening !== study.id) return; // another was opened meanwhile
    preview.value = touched.value = rerun.value = undefined;
    hidden.value = new Set();
    open.value = { study, result };
    failure.value = '';
  } catch (cause) {
    say(cause);
  } finally {
    if (busy.opening === study.id) busy.opening = '';
  }
}

/** A result never changes, so it is read once. */
async function resultOf(study: Study): Promise<Result> {
  const kept = results.get(study.id);
  if (kept) return kept;
  const result = (await asked(api.GET('/api/studies/{id}/result', { params: { path: { id: study.id } } }))) as Result; // other formats are links
  results.set(study.id, result);
  for (const id of results.keys()) if (results.size > KEPT && id !== study.id) results.delete(id);
  return result;
}

/** openById opens a study named by an address, once the list knows it. */
export function openById(id: string): void {
  const study = studies.value?.find((s) => s.id === id);
  if (!study) awaited.value = id;
  else if (!running(study)) void show(study);
}

export function close(): void {
  previewer.cancel();
  open.value = preview.value = beside.value = touched.value = rerun.value = undefined;
  awaited.value = busy.opening = '';
}

/** goTo shows the card of what a row of a table is about, and asks the map to go where the row says it is. */
export function goTo(table: string, row: Record<string, unknown>): void {
  const layer = shown.value?.layers.find((l) => l.code === table);
  if (layer) touched.value = { layer: layer.code, properties: row };
  if (typeof row.lon === 'number' && typeof row.lat === 'number') spot.value = [row.lon, row.lat];
}

/** asker is one command: sending it again asks for the same study under the same id. */
export function asker(put: Put): () => Promise<string> {
  const id = uuid7(), header = once();
  return async () => {
    await asked(api.PUT('/api/studies/{id}', { params: { path: { id }, header }, body: put }));
    return id;
  };
}

/** start asks for a study that opens by itself when it is done. */
export async function start(send: () => Promise<string>): Promise<boolean> {
  busy.asking = true;
  try {
    awaited.value = await send();
    failure.value = '';
    soon(0);
    return true;
  } finally {
    busy.asking = false;
  }
}

/** drop stops a study that runs, or puts one away. */
export async function drop(study: Study): Promise<void> {
  try {
    await asked(api.DELETE('/api/studies/{id}', { params: { path: { id: study.id }, header: seen(study.version) } }));
    if (awaited.value === study.id) {
      awaited.value = '';
      unlook();
    }
    if (open.value?.study.id === study.id) close();
    if (beside.value?.study.id === study.id) beside.value = undefined;
    soon(0);
  } catch (cause) {
    say(cause);
    soon(0);
  }
}

/** check runs an open study again on what it rested on. */
export async function check(study: Study): Promise<void> {
  busy.rerunning = true;
  try {
    rerun.value = { id: study.id, answer: await asked(api.POST('/api/studies/{id}/rerun', { params: { path: { id: study.id } } })) };
  } catch (cause) {
    say(cause);
  } finally {
    busy.rerunning = false;
  }
}

/** compareWith puts a second study beside the open one. */
export async function compareWith(study: Study): Promise<void> {
  try {
    beside.value = { study, result: await resultOf(study) };
  } catch (cause) {
    say(cause);
  }
}

const PACE = 125; // ms between two coarse questions: at most eight a second
const previewer = createRunner<Put, Result>({
  run: (put, signal) => asked(api.POST('/api/studies/preview', { body: put, signal })),
  done: (of, result) => {
    unseen.value = '';
    preview.value = { of, result };
  },
  failed: (_, cause) => {
    unseen.value = (cause instanceof ApiProblem ? cause : unreachable(cause)).text;
  },
  busy: (is) => (busy.previewing = is),
}, PACE);

/** look asks for a coarse answer; the newest question wins. */
export function look(put: Put): void {
  previewer.ask(put);
}

export function unlook(): void {
  previewer.cancel();
  unseen.value = '';
  preview.value = undefined;
}

/** tune asks exactly what a slider was left at; the study made by the move before it is put away. */
export async function tune(put: Put): Promise<void> {
  try {
    await start(asker(put));
    tuned.add(awaited.value);
  } catch (cause) {
    say(cause);
  }
}

// a card is about the answer it was clicked in
watch(shown, () => (touched.value = undefined));
watch(() => session.value?.account, () => {
  close();
  results.clear();
  studies.value = undefined;
  tuned.clear();
  if (users) soon(0);
});

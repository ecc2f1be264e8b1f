import { shallowRef } from 'vue';
import type { ClosureNow } from '../api/road';
import type { Alarm, Assignment, Eta, IncidentFeature, Warning } from '../api/types';
import { setMoment } from '../ui/clock';
import { Fleet } from './fleet';
import type { EtaFrame, EventFrame, FromWorker, LinkState, LiveUnit, PastPicture, Picture, ToWorker } from './protocol';

const UPDATE = 250; // ms between changes of what panels show: four a second

/** fleet is where every unit is now; not reactive, read it on a beat. */
export const fleet = new Fleet();
/** link is the state of the channel. */
export const link = shallowRef<LinkState>({ state: 'waiting' });
/** asOf is the journal number and the local time (ms) up to which the picture is known to be true. */
export const asOf = shallowRef<{ seq: number; at: number }>({ seq: 0, at: 0 });
/** units and incidents of the picture, by id; replaced, never edited in place. */
export const units = shallowRef<ReadonlyMap<string, LiveUnit>>(new Map());
export const incidents = shallowRef<ReadonlyMap<string, IncidentFeature>>(new Map());
/** assignments are the open ones and those ended within a day, by id. */
export const assignments = shallowRef<ReadonlyMap<string, Assignment>>(new Map());
/** alarms are those not ended, and those ended since the picture was taken, by id. */
export const alarms = shallowRef<ReadonlyMap<string, Alarm>>(new Map());
/** warnings are those in force or being prepared, and those ended since the picture was taken, by id; always those of now. */
export const warnings = shallowRef<ReadonlyMap<string, Warning>>(new Map());
/** etas are the expected arrivals, by assignment, as the server last computed them. */
export const etas = shallowRef<ReadonlyMap<string, Eta>>(new Map());
/** counts are the numbers of entries by ledger. */
export const counts = shallowRef<Readonly<Record<string, number>>>({});
/** moment is the time (ms) of the past that is shown instead of now (回放); undefined: what is shown is live. */
export const moment = shallowRef<number>();
/** closuresThen are the closures of that moment. */
export const closuresThen = shallowRef<readonly ClosureNow[]>();
/** beat grows when positions moved, at most four times a second. */
export const beat = shallowRef(0);
/** lagMs is how late the last frame of the server came, by the server's own clock. */
export const lagMs = shallowRef(0);

const nextUnits = new Map<string, LiveUnit>();
const nextIncidents = new Map<string, IncidentFeature>();
const nextAssignments = new Map<string, Assignment>();
const nextAlarms = new Map<string, Alarm>();
const nextWarnings = new Map<string, Warning>();
let nextCounts: Readonly<Record<string, number>> = {};
let under: Fleet | undefined; // where the units are now, while a moment of the past is shown
let nextEtas: ReadonlyMap<string, Eta> = new Map();
type Part = 'units' | 'incidents' | 'assignments' | 'alarms' | 'warnings' | 'etas' | 'beat';
const due = new Set<Part>();
const updates = new Set<(due: ReadonlySet<Part>) => void>();
const hearers = new Set<(event: EventFrame) => void>();
const pictures = new Set<() => void>();
let worker: Worker | undefined;
let timer = 0;

/** onEvent hears every event of the journal in scope, in order. */
export function onEvent(hear: (event: EventFrame) => void): () => void {
  hearers.add(hear);
  return () => hearers.delete(hear);
}

/** onPicture hears that a whole new picture replaced the old one. */
export function onPicture(hear: () => void): () => void {
  pictures.add(hear);
  return () => pictures.delete(hear);
}

/** onUpdate hears which parts of the picture changed, at most four times a second. */
export function onUpdate(hear: (due: ReadonlySet<Part>) => void): () => void {
  updates.add(hear);
  return () => updates.delete(hear);
}

/** startLive opens the channel of the signed-in account; calling it again changes nothing. */
export function startLive(): void {
  if (worker) return;
  const url = new URL('/api/live', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  link.value = { state: 'waiting' };
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => take(data);
  worker.postMessage({ type: 'start', url: url.href } satisfies ToWorker);
  addEventListener('online', hurry);
}

/** stopLive closes the channel and forgets the picture. */
export function stopLive(): void {
  removeEventListener('online', hurry);
  worker?.terminate();
  worker = undefined;
  showNow();
  takePicture({ type: 'picture', seq: 0, epoch: '', now: '', units: [], incidents: [], counts: {} });
  link.value = { state: 'waiting' };
}

function hurry(): void {
  worker?.postMessage({ type: 'hurry' } satisfies ToWorker);
}

function take(message: FromWorker): void {
  if (message.type === 'link') {
    link.value = message.link;
    return;
  }
  if (message.type === 'fixes') {
    (under ?? fleet).move(message.fixes);
    lagged(message.fixes.now);
    change('beat');
    return;
  }
  const { frame } = message;
  // a resume only promises the events up to its number: they count as they come
  if (frame.type === 'eta') return takeEtas(frame);
  if (frame.type !== 'resume') asOf.value = { seq: Math.max(frame.type === 'picture' ? 0 : asOf.value.seq, frame.seq), at: Date.now() };
  if (frame.type === 'mark') lagged(new Date(frame.now).getTime());
  if (frame.type === 'picture') takePicture(frame);
  if (frame.type === 'event') takeEvent(frame);
}

function lagged(serverTime: number): void {
  const { offsetMs } = link.value;
  if (offsetMs !== undefined) lagMs.value = Math.max(0, Date.now() + offsetMs - serverTime);
}

function takePicture(picture: Picture): void {
  nextUnits.clear();
  nextIncidents.clear();
  for (const unit of picture.units ?? []) nextUnits.set(unit.id, unit);
  for (const incident of picture.incidents ?? []) nextIncidents.set(incident.id, incident);
  nextAssignments.clear();
  for (const assignment of picture.assignments ?? []) nextAssignments.set(assignment.id, assignment);
  nextAlarms.clear();
  for (const alarm of picture.alarms ?? []) nextAlarms.set(alarm.id, alarm);
  nextWarnings.clear();
  for (const warning of picture.warnings ?? []) nextWarnings.set(warning.id, warning);
  nextEtas = new Map(); // they follow in a frame of their own
  (under ?? fleet).reset(picture.units ?? []);
  nextCounts = picture.counts ?? {};
  due.add('units').add('incidents').add('assignments').add('alarms').add('warnings').add('etas').add('beat');
  flush();
  for (const hear of pictures) hear();
}

function takeEvent(frame: EventFrame): void {
  const { event } = frame;
  if (event.type === 'unit.removed') {
    nextUnits.delete(event.id);
    (under ?? fleet).drop(event.id);
    change('units');
  } else if (frame.unit) {
    const unit = frame.handle === undefined ? frame.unit : { ...frame.unit, handle: frame.handle };
    nextUnits.set(unit.id, unit);
    (under ?? fleet).put(unit);
    change('units');
  }
  if (frame.incident) {
    nextIncidents.set(frame.incident.id, frame.incident);
    change('incidents');
  } else if (event.type === 'incident.removed') {
    nextIncidents.delete(event.id); // left the scope of who looks on
    change('incidents');
  }
  if (frame.assignment) {
    nextAssignments.set(frame.assignment.id, frame.assignment);
    change('assignments');
  } else if (event.type === 'assignment.removed') {
    nextAssignments.delete(event.id);
    change('assignments');
  }
  if (frame.alarm) {
    nextAlarms.set(frame.alarm.id, frame.alarm);
    change('alarms');
  } else if (event.type === 'alarm.removed') {
    nextAlarms.delete(event.id);
    change('alarms');
  }
  if (frame.warning) {
    nextWarnings.set(frame.warning.id, frame.warning);
    change('warnings');
  } else if (event.type === 'warning.removed') {
    nextWarnings.delete(event.id);
    change('warnings');
  }
  for (const hear of hearers) hear(frame);
}

function takeEtas(frame: EtaFrame): void {
  nextEtas = new Map((frame.etas ?? []).map((eta) => [eta.assignment, eta]));
  change('etas');
}

function change(what: Part): void {
  due.add(what);
  timer ||= window.setTimeout(flush, UPDATE);
}

function flush(): void {
  clearTimeout(timer);
  timer = 0;
  if (due.has('alarms')) alarms.value = new Map(nextAlarms);
  if (due.has('warnings')) warnings.value = new Map(nextWarnings);
  if (under) return due.clear(); // the past stays on the screen; only what calls for help comes through
  counts.value = nextCounts;
  if (due.has('units')) units.value = new Map(nextUnits);
  if (due.has('incidents')) incidents.value = new Map(nextIncidents);
  if (due.has('assignments')) assignments.value = new Map(nextAssignments);
  if (due.has('etas')) etas.value = nextEtas;
  if (due.has('beat')) beat.value++;
  const done = new Set(due);
  due.clear();
  for (const hear of updates) hear(done);
}

const ALL: readonly Part[] = ['units', 'incidents', 'assignments', 'etas', 'beat'];

/** showThen puts a moment of the past in the place of now. The channel keeps running beneath, and alarms stay those of now. */
export function showThen(then: PastPicture): void {
  if (!under) {
    under = new Fleet();
    under.become(fleet);
    fleet.become(new Fleet());
  }
  moment.value = new Date(then.at).getTime();
  setMoment(moment.value);
  units.value = new Map(then.units.map((u) => [u.id, u]));
  incidents.value = new Map(then.incidents.map((i) => [i.id, i]));
  assignments.value = new Map(then.assignments.map((a) => [a.id, a]));
  etas.value = new Map();
  counts.value = then.counts;
  closuresThen.value = then.closures;
  for (const id of fleet.units.map((u) => u?.id)) if (id && !units.value.has(id)) fleet.drop(id);
  for (const unit of then.units) {
    fleet.put(unit);
    if (unit.fix) fleet.place(unit.id, unit.fix.lon, unit.fix.lat, unit.fix.heading, unit.fix.speed, unit.fix.at);
    else fleet.place(unit.id, unit.lon, unit.lat, NaN, NaN, 0);
  }
  beat.value++;
  for (const hear of updates) hear(new Set(ALL));
}

/** showNow takes the past away: what is shown is live again. */
export function showNow(): void {
  if (!under) return;
  fleet.become(under);
  under = undefined;
  moment.value = closuresThen.value = undefined;
  setMoment(undefined);
  for (const part of ALL) due.add(part);
  flush();
}

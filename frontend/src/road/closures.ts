import { shallowRef, watch } from 'vue';
import { api, ask } from '../api/client';
import { readClosures, type Closure } from '../api/road';
import { may } from '../api/session';
import { closuresThen, onEvent, onPicture } from '../live/live';
import { serverNow } from '../ui/clock';
import type { ClosureShown } from '../map/roadClosures';

const CALM = 80; // ms within which several changes are one
const LATE = 300; // ms after a closure's time that it is surely over at the server
const LONGEST = 600_000; // ms between looks, whatever the times say
const RETRY = 5_000;

/** closures are those in scope that hold now or will; undefined before they were read. */
export const closures = shallowRef<readonly ClosureShown[]>();
/** behind says that the last reading failed: what is shown may be old. */
export const behind = shallowRef(false);

const changed = new Set<() => void>();
let users = 0;
let due = 0;
let reading = false;
let again = false;
let ends: (() => void)[] = [];

/** onClosures hears that the closures were read anew because they had changed. */
export function onClosures(hear: () => void): () => void {
  changed.add(hear);
  return () => changed.delete(hear);
}

/** watchClosures keeps the list true while anybody looks at it; call what it returns when done. */
export function watchClosures(): () => void {
  if (users++ === 0) {
    ends = [onEvent(({ event }) => event.kind === 'closure' && soon(CALM)), onPicture(() => soon(CALM))];
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

/** nextChange is the first instant after now (ms) at which a closure begins or ends by its own times. */
export function nextChange(list: readonly Pick<ClosureShown, 'from' | 'until'>[], now: number): number | undefined {
  const times = list.flatMap((c) => [c.from, c.until]).filter((t) => t !== undefined).map((t) => new Date(t).getTime());
  const later = times.filter((t) => t > now);
  return later.length ? Math.min(...later) : undefined;
}

// while a moment of the past is shown, its closures are
watch(closuresThen, (then) => {
  if (!then) return soon(0);
  closures.value = then;
  for (const hear of changed) hear();
});

function soon(ms: number): void {
  clearTimeout(due);
  due = window.setTimeout(() => void read(), ms);
}

async function read(): Promise<void> {
  if (reading) {
    again = true;
    return;
  }
  if (!may('ledger.read') || closuresThen.value) return;
  reading = true;
  try {
    const { closures: list } = await readClosures();
    const details = list.length ? await detailsOf() : new Map<string, Partial<Closure>>();
    if (closuresThen.value) return;
    closures.value = list.map((c) => ({ ...c, detail: details.get(c.id) }));
    behind.value = false;
    for (const hear of changed) hear();
  } catch {
    behind.value = true;
  } finally {
    reading = false;
  }
  if (!users) return;
  const next = nextChange(closures.value ?? [], serverNow());
  soon(again ? 0 : behind.value ? RETRY : Math.min(LONGEST, (next ?? Infinity) - serverNow() + LATE));
  again = false;
}

/** detailsOf are whom each closure concerns and with which limits, which the list leaves to the ledger. */
async function detailsOf(): Promise<Map<string, Partial<Closure>>> {
  const page = await ask(api.GET('/api/ledgers/{ledger}', { params: { path: { ledger: 'closure' }, query: { limit: 2000, geometry: false } } }));
  return new Map(page.features.map((f) => [f.id, f.properties as Partial<Closure>]));
}

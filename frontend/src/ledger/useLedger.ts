import { onScopeDispose, ref, shallowRef } from 'vue';
import { api, ask } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { EntryFeature } from '../api/types';
import { onEvent, onPicture } from '../live/live';
import type { Ledger } from './fields';
import type { Properties } from './form';
import type { Entry } from './table';

/** Rows a table holds at most; a larger ledger is narrowed by the server. */
export const MAX_ROWS = 10_000;
const PAGE = 2000;
const SETTLE = 500; // ms after the last event before changed rows are read again

export interface Narrow { q?: string; division?: string; stale?: boolean }

const slim = (f: EntryFeature): Entry => ({ id: f.id, version: f.version, recorded_at: f.recorded_at, properties: f.properties as Properties });

/** The rows of one ledger, read page by page without outlines and kept current by the live channel. */
export function useLedger() {
  const rows = shallowRef<readonly Entry[]>([]);
  const total = ref(0), seq = ref(0), cut = ref(false), loading = ref(false), failure = ref('');
  const changed = new Set<string>();
  let ledger: Ledger | undefined, narrow: Narrow = {}, stop = new AbortController(), timer = 0;

  async function load(of: Ledger, by: Narrow = {}): Promise<void> {
    stop.abort();
    const mine = (stop = new AbortController());
    if (of !== ledger) rows.value = [];
    [ledger, narrow] = [of, by];
    [loading.value, failure.value] = [true, ''];
    changed.clear();
    try {
      await pages(of, by, mine.signal);
    } catch (cause) {
      if (!mine.signal.aborted) failure.value = cause instanceof ApiProblem ? cause.text : String(cause);
    } finally {
      if (stop === mine) loading.value = false;
    }
  }

  async function pages(of: Ledger, by: Narrow, signal: AbortSignal): Promise<void> {
    const found: Entry[] = [];
    let after: string | undefined;
    do {
      const query = { ...by, limit: PAGE, geometry: false, after };
      const page = await ask(api.GET('/api/ledgers/{ledger}', { params: { path: { ledger: of }, query }, signal }));
      if (signal.aborted) return;
      for (const f of page.features) found.push(slim(f));
      [total.value, seq.value, after] = [page.total, page.seq, page.next];
      rows.value = [...found];
    } while (after && found.length < MAX_ROWS);
    cut.value = !!after;
  }

  /** Reads what events named, one by one when few, otherwise everything. */
  async function refresh(): Promise<void> {
    const ids = [...changed];
    changed.clear();
    if (!ledger || !ids.length) return;
    if (ids.length > 20) return load(ledger, narrow);
    await Promise.all(ids.map((id) => reread(id)));
  }

  /** Takes over one entry as the server has it now; one that is gone leaves the table. */
  async function reread(id: string): Promise<void> {
    if (!ledger) return;
    const of = ledger;
    let now: EntryFeature | undefined;
    try {
      now = await ask(api.GET('/api/ledgers/{ledger}/{id}', { params: { path: { ledger: of, id } } }));
    } catch (cause) {
      if (!(cause instanceof ApiProblem) || cause.status !== 404) return; // the next event or load brings it
    }
    if (of !== ledger) return;
    const known = rows.value.some((r) => r.id === id);
    if (!now) return drop(id);
    seq.value = Math.max(seq.value, now.seq);
    rows.value = known ? rows.value.map((r) => (r.id === id ? slim(now) : r)) : [...rows.value, slim(now)];
    if (!known) total.value++;
  }

  function drop(id: string): void {
    changed.delete(id);
    if (!rows.value.some((r) => r.id === id)) return;
    rows.value = rows.value.filter((r) => r.id !== id);
    total.value--;
  }

  const offEvent = onEvent(({ event }) => {
    if (event.kind !== ledger) return;
    if (event.type.endsWith('.removed')) return drop(event.id);
    changed.add(event.id);
    clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(), SETTLE);
  });
  const offPicture = onPicture(() => ledger && !loading.value && rows.value.length && void load(ledger, narrow));
  onScopeDispose(() => {
    offEvent();
    offPicture();
    clearTimeout(timer);
    stop.abort();
  });

  return { rows, total, seq, loading, failure, cut, load, reread, drop };
}

import { onMounted, onUnmounted, ref, shallowRef } from 'vue';
import { api, ask } from '../api/client';
import type { components } from '../api/schema';
import { ApiProblem } from '../api/problem';
import type { Terminal, TerminalUnit } from './rows';

type Ingest = components['schemas']['Ingest'];
const EVERY = 2000; // ms between readings of the counts
const LEDGER_EVERY = 30_000; // ms after which the ledger is read anyway: another desk may have changed it

/** useIngest reads the counts every two seconds while the page is looked at, and the ledger of terminals when it may have changed. */
export function useIngest() {
  const ingest = shallowRef<Ingest>();
  const terminals = shallowRef<ReadonlyMap<string, Terminal>>(new Map());
  const units = shallowRef<readonly TerminalUnit[]>([]);
  const failure = ref('');
  const offset = ref(0); // ms the server's clock is ahead of ours
  let timer = 0, ledgerAt = 0, ended = false;

  async function readLedger(): Promise<void> {
    const list = await ask(api.GET('/api/terminals'));
    terminals.value = new Map(list.terminals.map((t) => [t.id, t]));
    units.value = list.units;
    ledgerAt = Date.now();
  }
  async function readCounts(): Promise<void> {
    const sent = Date.now();
    const counts = await ask(api.GET('/api/ingest'));
    offset.value = new Date(counts.at).getTime() - (sent + Date.now()) / 2;
    ingest.value = counts;
    const stranger = counts.sources.some((s) => s.terminal && !terminals.value.has(s.terminal));
    if (stranger || Date.now() - ledgerAt > LEDGER_EVERY) await readLedger();
  }
  async function refresh(): Promise<void> {
    clearTimeout(timer);
    try {
      if (!document.hidden) await readCounts();
      failure.value = '';
    } catch (cause) {
      failure.value = cause instanceof ApiProblem ? cause.text : String(cause);
    }
    clearTimeout(timer);
    if (!ended) timer = window.setTimeout(() => void refresh(), EVERY);
  }
  /** reread reads both at once: after a change made here. */
  async function reread(): Promise<void> {
    await readLedger();
    await refresh();
  }
  const seen = () => !document.hidden && void refresh();
  onMounted(() => {
    document.addEventListener('visibilitychange', seen);
    void refresh();
  });
  onUnmounted(() => {
    ended = true;
    document.removeEventListener('visibilitychange', seen);
    clearTimeout(timer);
  });
  return { ingest, terminals, units, failure, offset, reread, readLedger };
}

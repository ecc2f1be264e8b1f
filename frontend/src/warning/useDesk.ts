import { computed, onUnmounted, ref, shallowRef } from 'vue';
import { onEvent, onPicture } from '../live/live';
import { problemOf, readAll } from './commands';
import { byGravity, GROUPS, groupsOf, sinceOf, type Warning } from './state';

const REST = 150; // ms after an event before the list is read again
const EVERY = 30_000; // ms after which it is read anyway

/** useDesk is the list as the server tells this reader: whose hand a text is from looks different to everybody. */
export function useDesk() {
  const all = shallowRef<readonly Warning[]>();
  const failure = ref('');
  let timer = 0, ended = false, asked = 0;

  async function read(): Promise<void> {
    clearTimeout(timer);
    const mine = ++asked;
    try {
      const { warnings } = await readAll();
      if (mine !== asked) return;
      all.value = warnings;
      failure.value = '';
    } catch (cause) {
      failure.value = problemOf(cause).text;
    }
    plan(EVERY);
  }
  function plan(wait: number): void {
    clearTimeout(timer);
    if (!ended) timer = window.setTimeout(() => void read(), wait);
  }
  const offs = [onEvent(({ event }) => event.type.startsWith('warning.') && plan(REST)), onPicture(() => plan(REST))];
  onUnmounted(() => {
    ended = true;
    clearTimeout(timer);
    for (const off of offs) off();
  });
  void read();

  const groups = computed(() => GROUPS.map((group) => {
    const rows = (all.value ?? []).filter((w) => groupsOf(w).includes(group));
    return { group, rows: group === 'ended' ? rows.sort((a, b) => (sinceOf(b) ?? 0) - (sinceOf(a) ?? 0)) : rows.sort(byGravity) };
  }).filter((g) => g.rows.length));
  return { all, groups, failure, read };
}

import { useQuery } from '../api/query';
import { computed, onUnmounted, ref, shallowRef, watch } from 'vue';
import type { NearestQuery } from '../api/types';
import { link, onEvent, onPicture } from '../live/live';
import { askNearest } from './answer';
import { held, inOrder, type Row } from './hold';

const SOON = 300; // ms: several changes at once ask once

/** useNear asks what is near, again every so many ms and whenever a closure or an assignment changes. While hold is set the order stays. */
export function useNear(query: () => NearestQuery, every: number) {
  const asked = computed(query);
  const near = useQuery({
    queryKey: ['nearest', asked],
    queryFn: ({ signal }) => askNearest(asked.value, signal),
    refetchInterval: every,
    placeholderData: (before) => before,
  });
  const hold = ref(false);
  const rows = shallowRef<readonly Row[]>([]);
  const waiting = ref(false);
  let layout: unknown;

  watch([near.data, hold], ([data, holding]) => {
    if (!data) return;
    const same = layout === asked.value; // another question has another order
    const { results } = data.answer;
    if (holding && same) {
      const kept = held(rows.value, results);
      rows.value = kept.rows;
      waiting.value = kept.changed;
      return;
    }
    if (!near.isPlaceholderData.value) layout = asked.value;
    rows.value = inOrder(same ? rows.value : [], results);
    waiting.value = false;
  }, { immediate: true });

  let due = 0;
  function again() {
    clearTimeout(due);
    due = window.setTimeout(() => void near.refetch(), SOON);
  }
  watch(() => link.value.state === 'open', (open) => open && again()); // what was missed meanwhile
  const offs = [onEvent(({ event }) => (event.kind === 'closure' || event.kind === 'assignment') && again()), onPicture(again)];
  onUnmounted(() => {
    clearTimeout(due);
    for (const off of offs) off();
  });
  return { near, rows, hold, waiting };
}

import { useQuery } from '../api/query';
import { computed, onUnmounted, ref, shallowRef, watch } from 'vue';
import { onEvent, onPicture } from '../live/live';
import { recommend } from './calls';
import { held, rowsOf, type Row } from './rows';

const AGAIN = 15_000; // ms until positions have moved on enough to ask again
const SOON = 300; // ms: several changes at once ask once
const MATTERS = ['closure', 'assignment', 'run_card'];

/** useRecommendation asks whom to send, but not the unit without, while open is set, again and again, and whenever something it rests on changes. While hold is set the rows stay. */
export function useRecommendation(incident: () => string, level: () => number, open: () => boolean, without: () => string | undefined = () => undefined) {
  const asked = computed(() => `${incident()} ${level()} ${without() ?? ''}`);
  const query = useQuery({
    queryKey: ['recommendation', computed(incident), computed(level), computed(without)],
    queryFn: ({ signal }) => recommend(incident(), level(), signal, without()),
    enabled: computed(open),
    refetchInterval: AGAIN,
    placeholderData: (before) => before,
  });
  const hold = ref(false);
  const rows = shallowRef<readonly Row[]>([]);
  const waiting = ref(false);
  let layout = '';

  watch([query.data, hold, query.isPlaceholderData], ([data, holding, old]) => {
    if (!data) return;
    if (holding && layout === asked.value) {
      const kept = held(rows.value, data);
      rows.value = kept.rows;
      waiting.value = kept.changed;
      return;
    }
    if (!old) layout = asked.value;
    rows.value = rowsOf(data);
    waiting.value = false;
  }, { immediate: true });

  let due = 0;
  function again() {
    clearTimeout(due);
    due = window.setTimeout(() => open() && void query.refetch(), SOON);
  }
  const matters = (kind: string, id: string) => MATTERS.includes(kind) || (kind === 'incident' && id === incident());
  const offs = [onEvent(({ event }) => matters(event.kind, event.id) && again()), onPicture(again)];
  onUnmounted(() => {
    clearTimeout(due);
    for (const off of offs) off();
  });
  return { query, rows, hold, waiting };
}

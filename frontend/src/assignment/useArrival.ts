import { computed } from 'vue';
import type { Assignment } from '../api/types';
import { arrivalOf, isComing } from '../live/assignment';
import { beat, etas, fleet, link } from '../live/live';
import { now } from '../ui/clock';

/** useArrival is the newest ETA of an assignment whose unit is still coming, and how it is to be shown. */
export function useArrival(assignment: () => Assignment) {
  const eta = computed(() => (isComing(assignment().state) ? etas.value.get(assignment().id) : undefined));
  const arrival = computed(() => {
    void beat.value;
    const slot = fleet.slotOf(assignment().unit);
    const arrival = eta.value && arrivalOf(eta.value, slot === undefined ? 0 : fleet.at[slot]!, now.value);
    // cut off, nothing recomputes it any more: it counts on, but is not taken for true
    return arrival && link.value.state !== 'open' ? { ...arrival, old: true, cut: true } : arrival;
  });
  return { eta, arrival };
}

import { useQuery } from '../api/query';
import { computed, onUnmounted, shallowRef, watch } from 'vue';
import { api, ask } from '../api/client';
import type { IncidentKind, LonLat } from '../api/types';
import { onEvent, onPicture } from '../live/live';

const PAUSE = 250; // ms after the last change before the server is asked

export interface Asked { at: LonLat; kind: string; accuracy: number | undefined }

/** useAround asks what is known of the place of a call, again when an incident or a closure changes; what is no longer wanted is aborted. */
export function useAround(asked: () => Asked | undefined) {
  const settled = shallowRef<Asked>();
  let timer = 0;
  watch(() => JSON.stringify(asked() ?? null), () => {
    clearTimeout(timer);
    const now = asked();
    // the first place is asked about at once, what follows when the person pauses
    if (!now || !settled.value) settled.value = now;
    else timer = window.setTimeout(() => (settled.value = now), PAUSE);
  }, { immediate: true });

  const around = useQuery({
    queryKey: ['around', settled],
    queryFn: ({ signal }) => {
      const { at, kind, accuracy } = settled.value!;
      const body = { point: { type: 'Point' as const, coordinates: at }, ...(kind && { kind: kind as IncidentKind }), ...(accuracy !== undefined && { accuracy_m: accuracy }) };
      return ask(api.POST('/api/incidents/near', { body, signal }));
    },
    enabled: computed(() => !!settled.value),
    placeholderData: (before) => before,
    staleTime: 0,
  });

  let due = 0;
  function again() {
    clearTimeout(due);
    due = window.setTimeout(() => settled.value && void around.refetch(), PAUSE);
  }
  const offs = [onEvent(({ event }) => (event.kind === 'incident' || event.kind === 'closure') && again()), onPicture(again)];
  onUnmounted(() => {
    clearTimeout(timer);
    clearTimeout(due);
    for (const off of offs) off();
  });
  return around;
}

import { computed, onUnmounted, ref, shallowRef, watch } from 'vue';
import type { FeatureCollection, Geometry } from 'geojson';
import { useQuery } from '../api/query';
import { onEvent } from '../live/live';
import type { OneMap } from '../map/createMap';
import { byNeed, readVoids, readZone } from './voids';

const AGAIN = 10_000; // ms: units move, so coverage does
const SOON = 500;

/** useVoids follows the coverage rules, and hatches the zones of those that do not hold on the map. */
export function useVoids(map: () => OneMap) {
  const query = useQuery({ queryKey: ['voids'], queryFn: ({ signal }) => readVoids(signal), refetchInterval: AGAIN, staleTime: 0 });
  const voids = computed(() => [...(query.data.value?.voids ?? [])].sort(byNeed));
  const zones = new Map<string, Geometry>();
  const asked = new Set<string>();
  const drawn = ref(0);
  const failed = shallowRef<readonly string[]>([]);

  watch(voids, async (all) => {
    failed.value = all.filter((v) => !v.holds).map((v) => v.rule);
    for (const rule of failed.value) {
      if (asked.has(rule)) continue;
      asked.add(rule);
      try {
        const zone = await readZone(rule);
        if (zone) zones.set(rule, zone);
      } catch {
        asked.delete(rule); // the list says it all the same; the next answer asks again
      }
    }
    drawn.value++;
  }, { immediate: true });
  watch([drawn, failed], () => {
    const features = failed.value.flatMap((rule) => {
      const geometry = zones.get(rule);
      return geometry ? [{ type: 'Feature' as const, properties: {}, geometry }] : [];
    });
    const data: FeatureCollection = { type: 'FeatureCollection', features };
    map().setOverlay('voids', data, [
      { type: 'fill', under: 'places', paint: { 'fill-pattern': 'hatch|F5B82E', 'fill-opacity': 0.55 } },
      { type: 'line', under: 'places', paint: { 'line-color': '#F5B82E', 'line-width': 2, 'line-dasharray': [3, 2] } },
    ]);
  });

  let due = 0;
  const off = onEvent(({ event }) => {
    if (!['coverage_rule', 'unit', 'assignment', 'closure'].includes(event.kind)) return;
    clearTimeout(due);
    due = window.setTimeout(() => void query.refetch(), SOON);
  });
  onUnmounted(() => {
    clearTimeout(due);
    off();
    map().removeOverlay('voids');
  });
  return { query, voids };
}

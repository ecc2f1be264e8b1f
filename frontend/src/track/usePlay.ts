import { onUnmounted, ref, watch, type Ref } from 'vue';
import { indexAt, type TrackPoint } from './trace';

const BEAT = 200; // ms between steps of the play
const RATES = [30, 120, 600] as const;

/** usePlay is the moment (ms) of a track that is looked at. It stays at the end while the track grows, until a person goes elsewhere. */
export function usePlay(points: Ref<readonly TrackPoint[]>) {
  const at = ref(0);
  const rate = ref(0); // 0: it stands
  const end = () => points.value.at(-1)?.at ?? 0;
  let last = 0, timer = 0;
  watch(points, (all) => {
    const begin = all[0]?.at ?? 0;
    if (at.value >= last || at.value < begin) at.value = end();
    last = end();
  }, { immediate: true });
  watch(rate, (n) => {
    clearInterval(timer);
    if (!n) return;
    if (at.value >= end()) at.value = points.value[0]?.at ?? 0;
    timer = window.setInterval(() => {
      at.value = Math.min(end(), at.value + n * BEAT);
      if (at.value >= end()) rate.value = 0;
    }, BEAT);
  });
  onUnmounted(() => clearInterval(timer));
  /** step goes to the point before or after. */
  function step(by: 1 | -1): void {
    rate.value = 0;
    const n = indexAt(points.value, at.value);
    const to = points.value[by < 0 && points.value[n]?.at !== at.value ? n : n + by];
    if (to) at.value = to.at;
  }
  return { at, rate, RATES, step };
}

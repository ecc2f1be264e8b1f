import { watch, type Ref } from 'vue';
import type { LonLat } from '../api/types';
import type { OneMap } from '../map/createMap';
import type { Study } from './useStudy';
import { MAX_CANDIDATES } from './inputs';

type PointerEvent = { point: { x: number; y: number }; lngLat: { lng: number; lat: number }; preventDefault(): void };

/** Clicks set candidates while placing is on; a candidate can be dragged, by mouse and by finger. Hovering tells the division. */
export function handle(one: OneMap, study: Study, placing: Ref<boolean>): void {
  const { map } = one;
  let stop: AbortController | undefined;
  watch(placing, async (on) => {
    stop?.abort();
    if (!on) return;
    const mine = (stop = new AbortController());
    while (!mine.signal.aborted && study.inputs.candidates.length < MAX_CANDIDATES) {
      const point = await one.pickPoint(mine.signal);
      if (!point || mine.signal.aborted) break;
      const { x, y } = one.map.project(point);
      if (candidateAt(one, { x, y }) === undefined) study.inputs.candidates.push(round(point));
    }
    if (stop === mine) placing.value = false;
  });
  map.on('mousemove', (e) => !map.isMoving() && hover(one, study, e));
  map.on('mouseout', () => (study.hovered.value = ''));
  map.on('mousedown', (e) => drag(one, study, e, 'mousemove', 'mouseup'));
  map.on('touchstart', (e) => drag(one, study, e, 'touchmove', 'touchend'));
}

/** The candidate under a pointer, with a little room round it for fingers. */
function candidateAt(one: OneMap, { x, y }: { x: number; y: number }): number | undefined {
  const near = one.map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]]).find((f) => f.source === 'overlay-study-sites');
  return near?.properties['i'] as number | undefined;
}

function drag(one: OneMap, study: Study, e: PointerEvent, move: 'mousemove' | 'touchmove', end: 'mouseup' | 'touchend'): void {
  const i = candidateAt(one, e.point);
  if (i === undefined) return;
  e.preventDefault();
  const follow = (to: PointerEvent) => study.inputs.candidates.splice(i, 1, round([to.lngLat.lng, to.lngLat.lat]));
  one.map.on(move, follow);
  one.map.once(end, () => one.map.off(move, follow));
}

function hover(one: OneMap, study: Study, e: PointerEvent): void {
  const features = one.map.queryRenderedFeatures([e.point.x, e.point.y]);
  one.map.getContainer().classList.toggle('over-site', features.some((f) => f.source === 'overlay-study-sites'));
  study.hovered.value = String(features.find((f) => f.source === 'overlay-study-shares')?.properties['code'] ?? '');
}

const round = (p: LonLat): LonLat => [Math.round(p[0] * 1e6) / 1e6, Math.round(p[1] * 1e6) / 1e6];

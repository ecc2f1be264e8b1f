import { onUnmounted, shallowRef, watch, type Ref } from 'vue';
import type { OneMap } from '../map/createMap';
import { nearest, type TrackPoint } from './trace';

const REACH = 12; // px the pointer may miss a point by
interface Moved { point: { x: number; y: number } }

/** usePoint is the point of a track under the pointer, where it stands on the map in px; a tap keeps it and tells of it. */
export function usePoint(one: OneMap, points: Ref<readonly TrackPoint[]>, taken: (p: TrackPoint) => void) {
  const tip = shallowRef<{ p: TrackPoint; x: number; y: number }>();
  let frame = 0;
  function at({ x, y }: { x: number; y: number }): TrackPoint | undefined {
    const here = one.map.unproject([x, y]), east = one.map.unproject([x + REACH, y]), north = one.map.unproject([x, y - REACH]);
    const reach = [Math.hypot(east.lng - here.lng, north.lng - here.lng), Math.hypot(east.lat - here.lat, north.lat - here.lat)] as const;
    return nearest(points.value, [here.lng, here.lat], reach);
  }
  function show(p: TrackPoint | undefined): void {
    const on = p && one.map.project([p.lon, p.lat]);
    tip.value = on && { p, x: on.x, y: on.y };
  }
  const move = (e: Moved) => {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      if (!one.map.isMoving()) show(at(e.point));
    });
  };
  const tap = (e: Moved) => {
    const p = at(e.point);
    show(p);
    if (p) taken(p);
  };
  const follow = () => tip.value && show(tip.value.p);
  one.map.on('mousemove', move);
  one.map.on('click', tap);
  one.map.on('move', follow);
  watch(points, () => show(undefined));
  onUnmounted(() => {
    cancelAnimationFrame(frame);
    one.map.off('mousemove', move);
    one.map.off('click', tap);
    one.map.off('move', follow);
  });
  return { tip };
}

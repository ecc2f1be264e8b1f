import { onUnmounted, ref, shallowRef } from 'vue';
import type { Geometry } from 'geojson';
import type { LonLat } from '../api/types';
import type { OneMap } from '../map/createMap';
import { startSketch, type Sketch } from '../map/roadSketch';
import { pickDivisions } from '../map/warningAreas';
import { areaOf } from './form';

/** useArea takes the ground of a warning from the map: an area drawn by corners, or divisions by clicks. */
export function useArea(one: OneMap, drawn: (area: Geometry) => void, named: (code: string) => void) {
  const mode = ref<'' | 'draw' | 'name'>('');
  const corners = shallowRef<readonly LonLat[]>([]);
  let sketch: Sketch | undefined;
  let unpick: (() => void) | undefined;

  function stop(): void {
    sketch?.stop();
    unpick?.();
    sketch = unpick = undefined;
    corners.value = [];
    mode.value = '';
  }
  /** draw begins an area, or leaves it be when one is being drawn. */
  function draw(): void {
    const on = mode.value !== 'draw';
    stop();
    if (!on) return;
    mode.value = 'draw';
    sketch = startSketch(one, {
      change(points, done) {
        corners.value = points;
        const area = done && areaOf(points);
        if (!area) return;
        stop();
        drawn(area);
      },
      cancel: stop,
    });
    sketch.start('area');
    one.map.getCanvas().focus({ preventScroll: true });
  }
  /** name lets every click on the map add the division under it, or take it away. */
  function name(): void {
    const on = mode.value !== 'name';
    stop();
    if (!on) return;
    mode.value = 'name';
    unpick = pickDivisions(one, named);
  }
  onUnmounted(stop);
  return { mode, corners, draw, name, stop, finish: () => sketch?.finish() };
}

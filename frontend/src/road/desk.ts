import { shallowRef } from 'vue';
import type { EntryFeature, LonLat } from '../api/types';
import type { Shape } from './draft';

/** Work is a closure being drawn or changed; key tells one from the next. at is a first point, entry what is changed. */
export interface Work {
  key: number;
  shape: Shape;
  at?: LonLat;
  entry?: EntryFeature;
}

/** work is the closure in hand, if any; chosen is the closure whose card is open. */
export const work = shallowRef<Work>();
export const chosen = shallowRef<{ id: string; point: LonLat }>();

let key = 0;

/** beginClosure starts drawing one, by default as a point on the road. One in hand stays in hand. */
export function beginClosure(shape: Shape = 'point', at?: LonLat): void {
  if (work.value) return;
  chosen.value = undefined;
  work.value = { key: ++key, shape, at };
}

/** changeClosure opens the form for one that stands. */
export function changeClosure(entry: EntryFeature): void {
  const shape = /Polygon/.test(entry.geometry.type) ? 'area' : /Line/.test(entry.geometry.type) ? 'line' : 'point';
  chosen.value = undefined;
  work.value = { key: ++key, shape, entry };
}

export function endClosure(): void {
  work.value = undefined;
}

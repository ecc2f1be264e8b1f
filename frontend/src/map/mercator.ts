import type { LonLat } from '../api/types';

const EARTH = 40_075_016.686; // m, equator
const TILE = 512; // px of the world at zoom 0

/** mercator is a point on the unit square of web mercator, x east and y south. */
export function mercator(lon: number, lat: number): [x: number, y: number] {
  const s = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
}

/** lonLatOf is the way back. */
export function lonLatOf(x: number, y: number): LonLat {
  return [(x - 0.5) * 360, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
}

/** worldPx is the width of the world in CSS pixels at a zoom. */
export function worldPx(zoom: number): number {
  return TILE * 2 ** zoom;
}

/** metresPerPx is the ground under one CSS pixel. */
export function metresPerPx(zoom: number, lat: number): number {
  return (EARTH * Math.cos((lat * Math.PI) / 180)) / worldPx(zoom);
}

import type { LonLat } from './types';

/** lonLatOf reads a GeoJSON point; heights are dropped. */
export function lonLatOf(point: { coordinates: readonly number[] }): LonLat {
  return [point.coordinates[0] ?? NaN, point.coordinates[1] ?? NaN];
}

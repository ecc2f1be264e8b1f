import type { LonLat } from '../api/types';

const R = 6_371_008.8; // mean earth radius in metres, IUGG
const rad = Math.PI / 180;

/** Great-circle distance in metres; good to 0.6 %, enough for a screen. */
export function distance(a: LonLat, b: LonLat): number {
  const dLat = (b[1] - a[1]) * rad, dLon = (b[0] - a[0]) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * R * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** First bearing from a to b in degrees clockwise from north, 0 ≤ x < 360. */
export function bearing(a: LonLat, b: LonLat): number {
  const dLon = (b[0] - a[0]) * rad;
  const y = Math.sin(dLon) * Math.cos(b[1] * rad);
  const x = Math.cos(a[1] * rad) * Math.sin(b[1] * rad) - Math.sin(a[1] * rad) * Math.cos(b[1] * rad) * Math.cos(dLon);
  return (Math.atan2(y, x) / rad + 360) % 360;
}

export const WINDS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;
export type Wind = (typeof WINDS)[number];

/** The word for a bearing: what people say over the radio. */
export const wind = (deg: number): Wind => WINDS[Math.round(deg / 45) % 8]!;

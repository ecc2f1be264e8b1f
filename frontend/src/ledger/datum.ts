import type { Datum, LonLat } from '../api/types';

// The published figures of the GCJ-02 shift: Krasovsky's ellipsoid.
const A = 6_378_245, EE = 0.00669342162296594323;
const rad = Math.PI / 180, X = (Math.PI * 3000) / 180;

/** A point somebody handed in, in WGS84. CGCS2000 is the same digits; the two shifted datums are undone here, once. */
export function toWgs84(datum: Datum, p: LonLat): LonLat {
  if (datum === 'gcj02') return undoShift(p);
  if (datum === 'bd09') return undoShift(undoBaidu(p));
  return p;
}

/** GCJ-02 of a WGS84 point; outside of China nothing is shifted. */
export function shift([lon, lat]: LonLat): LonLat {
  if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return [lon, lat];
  const x = lon - 105, y = lat - 35;
  const magic = 1 - EE * Math.sin(lat * rad) ** 2, root = Math.sqrt(magic);
  const dLat = north(x, y) / (((A * (1 - EE)) / (magic * root)) * rad);
  const dLon = east(x, y) / ((A / root) * Math.cos(lat * rad) * rad);
  return [lon + dLon, lat + dLat];
}

const wave = (v: number): number => ((20 * Math.sin(6 * v * Math.PI) + 20 * Math.sin(2 * v * Math.PI)) * 2) / 3;
const swell = (v: number, a: number, b: number, c: number, d: number): number =>
  ((a * Math.sin(v * Math.PI) + b * Math.sin((v / 3) * Math.PI) + c * Math.sin((v / 12) * Math.PI) + d * Math.sin((v / 30) * Math.PI)) * 2) / 3;

function north(x: number, y: number): number {
  return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave(x) + swell(y, 20, 40, 160, 320);
}

function east(x: number, y: number): number {
  return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave(x) + swell(x, 20, 40, 150, 300);
}

/** Inverse by iteration: the shift changes slowly, three rounds are below a millimetre. */
function undoShift(p: LonLat): LonLat {
  let guess: LonLat = p;
  for (let i = 0; i < 8; i++) {
    const [lon, lat] = shift(guess);
    guess = [guess[0] + p[0] - lon, guess[1] + p[1] - lat];
  }
  return guess;
}

/** GCJ-02 of a BD-09 point. */
function undoBaidu([lon, lat]: LonLat): LonLat {
  const x = lon - 0.0065, y = lat - 0.006;
  const r = Math.hypot(x, y) - 0.00002 * Math.sin(y * X);
  const angle = Math.atan2(y, x) - 0.000003 * Math.cos(x * X);
  return [r * Math.cos(angle), r * Math.sin(angle)];
}

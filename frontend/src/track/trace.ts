import type { components } from '../api/schema';
import type { LonLat } from '../api/types';
import type { TrackDrawing } from '../map/trackLines';

export type TrackCollection = components['schemas']['TrackCollection'];

/** GAP is the silence in ms after which nobody knows where a unit was. */
export const GAP = 600_000;
/** SPEEDS are the borders between the classes of speed, km/h; the class after the last is that of a speed nobody knows. */
export const SPEEDS = [5, 30, 60, 90] as const;
const UNKNOWN = SPEEDS.length + 1;

/** TrackPoint is one position: at in ms by the device's clock, speed in m/s, heading in degrees. */
export interface TrackPoint {
  lon: number;
  lat: number;
  at: number;
  speed: number | null;
  heading: number | null;
  doubtful: boolean;
  sos: boolean;
}

/** pointsOf are the points of an answer in the order of time. */
export function pointsOf(answer: TrackCollection): TrackPoint[] {
  const all: TrackPoint[] = [];
  for (const { geometry, properties: p } of answer.features) {
    const at = geometry.coordinates as unknown as number[] | number[][];
    const line = (Array.isArray(at[0]) ? at : [at]) as number[][];
    const doubtful = new Set(p.doubtful), sos = new Set(p.sos);
    line.forEach(([lon, lat], i) => all.push({ lon: lon!, lat: lat!, at: new Date(p.times[i]!).getTime(), speed: p.speeds_mps[i] ?? null, heading: p.headings_deg[i] ?? null, doubtful: doubtful.has(i), sos: sos.has(i) }));
  }
  return all.sort((a, b) => a.at - b.at);
}

export const trusted = (points: readonly TrackPoint[]): TrackPoint[] => points.filter((p) => !p.doubtful);

/** partsOf are trusted points without the gaps between them. */
export function partsOf(points: readonly TrackPoint[]): TrackPoint[][] {
  const parts: TrackPoint[][] = [];
  let last: TrackPoint | undefined;
  for (const p of points) {
    if (!last || p.at - last.at > GAP) parts.push([]);
    parts.at(-1)!.push(p);
    last = p;
  }
  return parts;
}

/** classOf is the class of a speed in m/s. */
export function classOf(mps: number | null): number {
  if (mps === null) return UNKNOWN;
  const n = SPEEDS.findIndex((limit) => mps * 3.6 < limit);
  return n < 0 ? SPEEDS.length : n;
}

/** between is the speed from one point to the next, as they say; null when neither does. */
function between(a: TrackPoint, b: TrackPoint): number | null {
  if (a.speed === null) return b.speed;
  return b.speed === null ? a.speed : (a.speed + b.speed) / 2;
}

const place = (p: TrackPoint): LonLat => [p.lon, p.lat];

/** drawingOf makes of a track what is drawn: doubtful points are marked and joined to nothing, gaps are lines of their own. */
export function drawingOf(points: readonly TrackPoint[]): TrackDrawing {
  const parts = partsOf(trusted(points));
  const d: TrackDrawing = { runs: [], ways: [], gaps: [], points: [], jumps: points.filter((p) => p.doubtful).map(place), cries: points.filter((p) => p.sos).map(place), ends: [] };
  parts.forEach((part, n) => {
    const before = parts[n - 1]?.at(-1);
    if (before) d.gaps.push([place(before), place(part[0]!)]);
    d.points.push(...part.map(place));
    d.ends.push(place(part[0]!), place(part.at(-1)!));
    if (part.length > 1) d.ways.push(part.map(place));
    let run: TrackDrawing['runs'][number] | undefined;
    for (let i = 1; i < part.length; i++) {
      const speed = classOf(between(part[i - 1]!, part[i]!));
      if (run?.speed !== speed) d.runs.push((run = { speed, line: [place(part[i - 1]!)] }));
      run.line.push(place(part[i]!));
    }
  });
  return d;
}

const RADIUS = 6_371_008.8; // m
const rad = Math.PI / 180;

/** metres is how far two points lie apart. */
export function metres(a: TrackPoint, b: TrackPoint): number {
  const h = Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2;
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Figures sum a track up; length in m and speed in m/s of what is trusted, silent in ms. */
export interface Figures { points: number; doubtful: number; length: number; fastest: number | null; gaps: number; silent: number }

/** figuresOf sums a track up; what lies in a gap is no way that was gone. */
export function figuresOf(points: readonly TrackPoint[]): Figures {
  const parts = partsOf(trusted(points));
  const f: Figures = { points: 0, doubtful: points.filter((p) => p.doubtful).length, length: 0, fastest: null, gaps: Math.max(0, parts.length - 1), silent: 0 };
  parts.forEach((part, n) => {
    f.points += part.length;
    if (n) f.silent += part[0]!.at - parts[n - 1]!.at(-1)!.at;
    part.forEach((p, i) => {
      if (i) f.length += metres(part[i - 1]!, p);
      if (p.speed !== null) f.fastest = Math.max(f.fastest ?? 0, p.speed);
    });
  });
  return f;
}

/** indexAt is the last point at or before a moment (ms), -1 before the first. */
export function indexAt(points: readonly TrackPoint[], at: number): number {
  let low = 0, high = points.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (points[mid]!.at <= at) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

/** nearest is the point that lies nearest to a place within a reach in degrees of longitude and latitude, as they look on the screen. */
export function nearest(points: readonly TrackPoint[], [lon, lat]: LonLat, [dx, dy]: readonly [number, number]): TrackPoint | undefined {
  let best: TrackPoint | undefined, least = 1;
  for (const p of points) {
    const x = (p.lon - lon) / dx, y = (p.lat - lat) / dy;
    if (x > 1 || x < -1 || y > 1 || y < -1) continue;
    const far = x * x + y * y;
    if (far <= least) [best, least] = [p, far];
  }
  return best;
}

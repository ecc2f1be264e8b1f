import type { components } from '../api/schema';
import type { LonLat } from '../api/types';

export type Kind = components['schemas']['NearestKind'];
export type CoverageQuery = components['schemas']['CoverageQuery'];

/** What a coverage study is asked with; a variant keeps these with its answer. */
export interface Inputs {
  kinds: Kind[];
  distances_m: number[];
  /** Division code; empty is the whole area one may see. */
  division: string;
  candidates: LonLat[];
}

export const KINDS: readonly Kind[] = ['shelter', 'depot', 'team', 'unit', 'hazard', 'camera'];
export const MAX_DISTANCES = 3;
export const MAX_CANDIDATES = 200;
/** Slider stops in metres: walking distances to a shelter first, then driving. */
export const STOPS: readonly number[] = [
  250, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 10000, 12000, 15000, 20000, 25000, 30000, 40000, 50000,
];

export function defaults(): Inputs {
  return { kinds: ['shelter'], distances_m: [1000, 2500, 5000], division: '', candidates: [] };
}

export function copy(i: Inputs): Inputs {
  return {
    kinds: [...i.kinds],
    distances_m: [...i.distances_m],
    division: i.division,
    candidates: i.candidates.map((c) => [c[0], c[1]]),
  };
}

/** Same figures can be expected: order of kinds and distances does not matter. */
export function same(a: Inputs, b: Inputs): boolean {
  return encode(a).toString() === encode(b).toString();
}

/** A study needs something that covers. */
export function runnable(i: Inputs): boolean {
  return (i.kinds.length > 0 || i.candidates.length > 0) && i.distances_m.length > 0;
}

/** The question to the server; outlines of gaps take a hundred times as long as the figures. */
export function toQuery(i: Inputs, gaps: boolean): CoverageQuery {
  const q: CoverageQuery = { kinds: sortedKinds(i.kinds), distances_m: sortedDistances(i.distances_m), gaps };
  if (i.division) q.division = i.division;
  if (i.candidates.length) q.candidates = i.candidates.map((c) => ({ type: 'Point', coordinates: [c[0], c[1]] }));
  return q;
}

/** Writes inputs as short address-bar parameters; the default of each is left in, so links stay true. */
export function encode(i: Inputs): URLSearchParams {
  const p = new URLSearchParams();
  p.set('k', sortedKinds(i.kinds).join('.'));
  p.set('d', sortedDistances(i.distances_m).join('.'));
  if (i.division) p.set('in', i.division);
  if (i.candidates.length) p.set('c', i.candidates.map((c) => `${round(c[0])},${round(c[1])}`).join('_'));
  return p;
}

/** Reads what encode wrote; anything that cannot be is dropped, not guessed. */
export function decode(p: URLSearchParams): Inputs {
  const i = defaults();
  const kinds = p.get('k');
  if (kinds !== null) i.kinds = KINDS.filter((k) => kinds.split('.').includes(k));
  const distances = (p.get('d') ?? '').split('.').map(Number).filter((d) => d >= 1 && d <= 200_000);
  if (distances.length) i.distances_m = sortedDistances(distances).slice(0, MAX_DISTANCES);
  const division = p.get('in') ?? '';
  if (/^\d{6}(\d{3})?$/.test(division)) i.division = division;
  i.candidates = (p.get('c') ?? '').split('_').flatMap(lonLat).slice(0, MAX_CANDIDATES);
  return i;
}

function lonLat(text: string): LonLat[] {
  const [lon, lat, rest] = text.split(',');
  if (!lon || !lat || rest !== undefined) return [];
  const point: LonLat = [Number(lon), Number(lat)];
  return Math.abs(point[0]) <= 180 && Math.abs(point[1]) <= 90 ? [point] : [];
}

const round = (deg: number): string => String(Math.round(deg * 1e6) / 1e6);
const sortedDistances = (d: number[]): number[] => [...new Set(d)].sort((a, b) => a - b);
const sortedKinds = (k: Kind[]): Kind[] => KINDS.filter((x) => k.includes(x));

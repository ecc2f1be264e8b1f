import type { components } from '../api/schema';
import type { LonLat } from '../api/types';

export type Kind = components['schemas']['NearestKind'];
export type CoverageQuery = components['schemas']['CoverageQuery'];

/** By what reach is measured: the straight line, or travel time by road. */
export type StudyBasis = 'crow_flies' | 'road';
export type Profile = components['schemas']['RoadProfile'];
export type Direction = components['schemas']['Direction'];

/** What a coverage study is asked with; a variant keeps these with its answer. */
export interface Inputs {
  kinds: Kind[];
  basis: StudyBasis;
  distances_m: number[];
  /** Travel times in seconds; used with profile and direction when the basis is road. */
  limits_s: number[];
  /** Empty: as fits the site. */
  profile: Profile | '';
  direction: Direction | '';
  /** Division code; empty is the whole area one may see. */
  division: string;
  candidates: LonLat[];
}

export const KINDS: readonly Kind[] = ['shelter', 'depot', 'team', 'unit', 'hazard', 'camera'];
export const PROFILES: readonly Profile[] = ['car', 'fire_engine', 'ambulance', 'bus', 'truck', 'foot'];
export const DIRECTIONS: readonly Direction[] = ['toward', 'away'];
export const MAX_DISTANCES = 3;
export const MAX_CANDIDATES = 200;
/** Slider stops in metres: walking distances to a shelter first, then driving. */
export const STOPS: readonly number[] = [
  250, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 10000, 12000, 15000, 20000, 25000, 30000, 40000, 50000,
];

/** The same of travel times, in seconds: three minutes to six hours. */
export const LIMIT_STOPS: readonly number[] = [3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360].map((minutes) => minutes * 60);

export function defaults(): Inputs {
  return {
    kinds: ['shelter'], basis: 'crow_flies', distances_m: [1000, 2500, 5000], limits_s: [300, 900, 1800],
    profile: '', direction: '', division: '', candidates: [],
  };
}

/** The thresholds of the basis in use, the very list: metres or seconds. */
export const thresholds = (i: Inputs): number[] => (i.basis === 'road' ? i.limits_s : i.distances_m);

export function copy(i: Inputs): Inputs {
  return {
    kinds: [...i.kinds],
    basis: i.basis,
    distances_m: [...i.distances_m],
    limits_s: [...i.limits_s],
    profile: i.profile,
    direction: i.direction,
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
  return (i.kinds.length > 0 || i.candidates.length > 0) && thresholds(i).length > 0;
}

/** The question to the server; whole asks also for the outlines of gaps, which take a hundred times as long as the figures, and for the time of every cell. */
export function toQuery(i: Inputs, whole: boolean): CoverageQuery {
  const q: CoverageQuery = { kinds: sortedKinds(i.kinds), gaps: whole, arrivals: whole && i.basis === 'road' };
  if (i.basis === 'road') {
    q.limits_s = ascending(i.limits_s);
    if (i.profile) q.profile = i.profile;
    if (i.direction) q.direction = i.direction;
  } else q.distances_m = ascending(i.distances_m);
  if (i.division) q.division = i.division;
  if (i.candidates.length) q.candidates = i.candidates.map((c) => ({ type: 'Point', coordinates: [c[0], c[1]] }));
  return q;
}

/** Writes inputs as short address-bar parameters; the default of each is left in, so links stay true. */
export function encode(i: Inputs): URLSearchParams {
  const p = new URLSearchParams();
  p.set('k', sortedKinds(i.kinds).join('.'));
  if (i.basis === 'road') {
    p.set('t', ascending(i.limits_s).join('.'));
    if (i.profile) p.set('p', i.profile);
    if (i.direction) p.set('w', i.direction);
  } else p.set('d', ascending(i.distances_m).join('.'));
  if (i.division) p.set('in', i.division);
  if (i.candidates.length) p.set('c', i.candidates.map((c) => `${round(c[0])},${round(c[1])}`).join('_'));
  return p;
}

/** Reads what encode wrote; anything that cannot be is dropped, not guessed. */
export function decode(p: URLSearchParams): Inputs {
  const i = defaults();
  const kinds = p.get('k');
  if (kinds !== null) i.kinds = KINDS.filter((k) => kinds.split('.').includes(k));
  const distances = listed(p.get('d'), 200_000), limits = listed(p.get('t'), 6 * 3600);
  if (distances.length) i.distances_m = distances;
  if (limits.length) Object.assign(i, { basis: 'road', limits_s: limits });
  i.profile = PROFILES.find((x) => x === p.get('p')) ?? '';
  i.direction = DIRECTIONS.find((x) => x === p.get('w')) ?? '';
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
const ascending = (d: number[]): number[] => [...new Set(d)].sort((a, b) => a - b);
const listed = (text: string | null, most: number): number[] =>
  ascending((text ?? '').split('.').map(Number).filter((x) => x >= 1 && x <= most)).slice(0, MAX_DISTANCES);
const sortedKinds = (k: Kind[]): Kind[] => KINDS.filter((x) => k.includes(x));

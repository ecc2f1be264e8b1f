import type { LonLat } from '../api/types';
import { PARTS, PROVABLE, QUESTIONS, counts, type Geometry, type Kind, type Model, type Params, type Part, type Profile, type Put, type Site } from './kinds';

/** Where new sites may be: drawn on the map, entries of a ledger, or a grid where people live. */
export type Source = 'grid' | 'drawn' | 'ledger';
export type ZoneBy = 'drawn' | 'incident' | 'hazard';

/** Question is a study before it is asked, with a field for everything any kind knows; unused ones keep what was filled in. */
export interface Question {
  name: string;
  kind: Kind;
  kinds: Site[];
  openOnly: boolean;
  division: string;
  basis: 'crow_flies' | 'road';
  profile: Profile | '';
  limits_s: number[];
  distances_m: number[];
  limit_s: number;
  distance_m: number;
  model: Model;
  sites: number;
  budget: number | '';
  capacity: number | '';
  keepExisting: boolean;
  prove: boolean;
  source: Source;
  ledger: string;
  grid_m: number;
  points: LonLat[];
  zoneBy: ZoneBy;
  zone?: Geometry;
  incident: string;
  hazard: string;
  buffer_m: number;
  mode: 'foot' | 'bus' | 'car';
  way_s: number; // the longest way out of a zone; 0: of any length
  class: string;
  item: string;
  perThousand: number | '';
  hours: number;
  unitKinds: string[];
  hazardKinds: string[];
}

/** Present is what the workspace shows now: a new study begins with it. */
export interface Present {
  kinds: Site[];
  basis: 'crow_flies' | 'road';
  distances_m: number[];
  limits_s: number[];
  profile: Profile | '';
  division: string;
  candidates: LonLat[];
}

export const LIMIT_STOPS: readonly number[] = [3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360].map((minutes) => minutes * 60);
export const DISTANCE_STOPS: readonly number[] = [250, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 8000, 10000, 15000, 20000, 30000, 50000];
/** How long people may be on the way out of a zone. */
export const WAY_STOPS: readonly number[] = [...[15, 30, 45, 60, 90, 120, 180, 240, 360].map((minutes) => minutes * 60), 0];
export const MOST_LIMITS = 5;
const QUARTER = 900, HOUR = 3600; // s

/** begin is a new question from what the workspace shows; shown is the threshold it shows now. */
export function begin(p: Present, shown: number): Question {
  return {
    name: '', kind: 'coverage', kinds: [...p.kinds], openOnly: true, division: p.division, basis: p.basis, profile: p.profile,
    limits_s: [...p.limits_s], distances_m: [...p.distances_m], limit_s: p.basis === 'road' ? shown : QUARTER, distance_m: p.basis === 'road' ? (p.distances_m[0] ?? 1000) : shown,
    model: 'mclp', sites: 2, budget: '', capacity: '', keepExisting: true, prove: false, source: p.candidates.length > 2 ? 'drawn' : 'grid', ledger: 'shelter', grid_m: 2000, points: p.candidates.map(([x, y]) => [x, y]),
    zoneBy: 'drawn', incident: '', hazard: '', buffer_m: 3000, mode: 'foot', way_s: HOUR, class: '', item: '', perThousand: '', hours: 12, unitKinds: [], hazardKinds: [],
  };
}

/** toPut is the question as it is asked: only what counts for its kind. */
export function toPut(q: Question): Put {
  const params: Partial<Params> = {};
  for (const part of PARTS[q.kind]) Object.assign(params, WRITE[part](q));
  return { name: q.name.trim(), kind: q.kind, params: params as Params };
}

const byRoad = (q: Question) => q.basis === 'road';
const given = (text: string) => text || undefined;
const listed = <T>(all: T[]) => (all.length ? [...all] : undefined);
const positive = (n: number | '') => (n === '' || !(n > 0) ? undefined : n);
const candidates = (q: Question): Params['candidates'] => listed(q.points.map((coordinates) => ({ point: { type: 'Point' as const, coordinates: [...coordinates] } })));

/** A key that is undefined is not sent. */
const WRITE: Record<Part, (q: Question) => Partial<Params>> = {
  kinds: (q) => ({ kinds: listed(q.kinds) }),
  open_only: (q) => ({ open_only: q.openOnly }),
  division: (q) => ({ division: given(q.division) }),
  basis: (q) => ({ basis: q.basis }),
  profile: (q) => ({ profile: asksRoad(q) ? q.profile || undefined : undefined }),
  limits: (q) => (asksRoad(q) ? { limits_s: ascending(q.limits_s) } : { distances_m: ascending(q.distances_m) }),
  limit: (q) => (asksRoad(q) ? { limits_s: [q.limit_s] } : { distances_m: [q.distance_m] }),
  points: (q) => ({ candidates: candidates(q) }),
  siting: (q) => ({
    model: q.model, ...(counts(q.model) ? { sites: positive(q.budget) ? undefined : q.sites, budget: positive(q.budget) } : {}), capacity: positive(q.capacity), keep_existing: q.keepExisting, prove: provable(q) && q.prove ? true : undefined,
    ...(q.source === 'drawn' ? { candidates: candidates(q) } : q.source === 'ledger' ? { candidate_ledger: q.ledger as Params['candidate_ledger'] } : { candidate_grid_m: q.grid_m }),
  }),
  zone: (q) => ({
    ...(q.zoneBy === 'drawn' ? { zone: q.zone } : q.zoneBy === 'incident' ? { zone_incident: given(q.incident) } : { zone_hazard: given(q.hazard) }),
    zone_buffer_m: q.zoneBy === 'drawn' ? undefined : q.buffer_m,
  }),
  mode: (q) => ({ mode: q.mode }),
  way: (q) => ({ limits_s: q.way_s > 0 ? [q.way_s] : undefined }),
  class: (q) => ({ class: serves(q) ? given(q.class) : undefined }),
  stock: (q) => ({ item: given(q.item.trim()), per_thousand: positive(q.perThousand) }),
  hours: (q) => ({ hours: q.hours }),
  unit_kinds: (q) => ({ unit_kinds: listed(q.unitKinds) }),
  hazard_kinds: (q) => ({ hazard_kinds: listed(q.hazardKinds) }),
};

/** serves says that shelters are among what serves, so that their class counts. */
export const serves = (q: Question): boolean => !PARTS[q.kind].includes('kinds') || q.kinds.includes('shelter');

/** provable says that a solver outside can be asked for a proof: its programs know no room. */
export const provable = (q: Question): boolean => PROVABLE.includes(q.model) && !positive(q.capacity);

/** asksRoad says that thresholds are travel times: by choice, or because the kind knows no other. */
export const asksRoad = (q: Question): boolean => !PARTS[q.kind].includes('basis') || byRoad(q);

/** What is missing before it can be asked, as a word of plan.need; undefined: nothing. */
export function missing(q: Question): string | undefined {
  const has = (part: Part) => PARTS[q.kind].includes(part);
  if (has('kinds') && !q.kinds.length && !(has('points') && q.points.length)) return 'kinds';
  if (has('limits') && !(asksRoad(q) ? q.limits_s : q.distances_m).length) return 'limits';
  if (has('siting') && q.source === 'drawn' && !q.points.length) return 'points';
  if (has('zone') && q.zoneBy === 'drawn' && !q.zone) return 'zone';
  if (has('zone') && q.zoneBy === 'incident' && !q.incident) return 'incident';
  if (has('zone') && q.zoneBy === 'hazard' && !q.hazard) return 'hazard';
  if (has('stock') && !/^\d{7}$/.test(q.item.trim())) return 'item';
  return undefined;
}

/** again is a question that asks what a study asked, to change and ask anew. */
export function again(from: Question, kind: Kind, p: Partial<Params>): Question {
  const road = !PARTS[kind].includes('basis') || p.basis === 'road' || (!p.basis && !!p.limits_s);
  return {
    ...from, name: '', kind, kinds: [...(p.kinds ?? [])], openOnly: p.open_only ?? true, division: p.division ?? '', basis: road ? 'road' : 'crow_flies', profile: p.profile ?? '',
    limits_s: p.limits_s ?? from.limits_s, distances_m: p.distances_m ?? from.distances_m, limit_s: p.limits_s?.[0] ?? from.limit_s, distance_m: p.distances_m?.[0] ?? from.distance_m,
    model: p.model ?? 'mclp', sites: p.sites ?? 2, budget: p.budget ?? '', capacity: p.capacity ?? '', keepExisting: p.keep_existing ?? true, prove: p.prove ?? false,
    source: p.candidates?.length ? 'drawn' : p.candidate_ledger ? 'ledger' : 'grid', ledger: p.candidate_ledger ?? 'shelter', grid_m: p.candidate_grid_m ?? from.grid_m,
    points: (p.candidates ?? []).map((c) => [c.point.coordinates[0] ?? 0, c.point.coordinates[1] ?? 0]),
    zoneBy: p.zone_incident ? 'incident' : p.zone_hazard ? 'hazard' : 'drawn', zone: p.zone, incident: p.zone_incident ?? '', hazard: p.zone_hazard ?? '', buffer_m: p.zone_buffer_m ?? from.buffer_m,
    mode: p.mode ?? 'foot', way_s: p.limits_s?.[0] ?? 0, class: p.class ?? '', item: p.item ?? '', perThousand: p.per_thousand ?? '', hours: p.hours ?? 12, unitKinds: p.unit_kinds ?? [], hazardKinds: p.hazard_kinds ?? [],
  };
}

export const isKind = (text: string): text is Kind => (QUESTIONS as readonly string[]).includes(text);

/** Numbers out of a line such as "5, 15 30", in ascending order and no more than a study takes. */
export function numbers(text: string, most: number): number[] {
  return ascending(text.split(/[^\d.]+/).filter(Boolean).map(Number).filter((n) => n > 0 && n <= most)).slice(0, MOST_LIMITS);
}

const ascending = (all: readonly number[]): number[] => [...new Set(all)].sort((a, b) => a - b);

import type { Geometry } from 'geojson';
import type { Closure, RoadProfile } from '../api/road';
import type { LonLat } from '../api/types';

/** Shape is how a closure is shown on the map: a point on a road, a line along or across roads, an area. */
export type Shape = 'point' | 'line' | 'area';
export const SHAPES: readonly Shape[] = ['point', 'line', 'area'];
export const CAUSES = ['flood', 'landslide', 'collapse', 'accident', 'works', 'ice_snow', 'fire', 'control', 'other'] as const;
/** UNTILS are the ends a person may choose: in so many hours, tonight, never, or as it was. */
export const UNTILS = ['1h', '4h', 'today', 'open'] as const;
export type Until = (typeof UNTILS)[number] | 'kept';
/** LARGE is from how many segments on a closure wants to be confirmed. */
export const LARGE = 500;

/** Draft is what stands in the form; numbers are text until they are sent, left is the per cent of the usual speed. */
export interface Draft {
  name: string;
  cause: string;
  confidence: string;
  verifiedBy: string;
  until: Until;
  profiles: RoadProfile[];
  effect: 'closed' | 'slow' | 'limit';
  left: string;
  height: string;
  width: string;
  weight: string;
  along: boolean;
  heading: string;
  structures: boolean;
}

export const newDraft = (): Draft => ({
  name: '', cause: 'other', confidence: 'reported', verifiedBy: '', until: 'open', profiles: [], effect: 'closed', left: '50',
  height: '', width: '', weight: '', along: false, heading: '', structures: false,
});

const text = (n: number | undefined) => (n ? String(n) : '');

/** draftOf fills the form from what a closure says now. */
export function draftOf(p: Partial<Closure>): Draft {
  const limited = !!(p.max_height_m || p.max_width_m || p.max_weight_t);
  return {
    ...newDraft(), name: p.name ?? '', cause: p.cause ?? 'other', confidence: p.confidence ?? 'reported', verifiedBy: p.verified_by ?? '', until: p.until ? 'kept' : 'open',
    profiles: [...(p.profiles ?? [])], effect: limited ? 'limit' : p.speed_factor ? 'slow' : 'closed', left: p.speed_factor ? String(Math.round(p.speed_factor * 100)) : '50',
    height: text(p.max_height_m), width: text(p.max_width_m), weight: text(p.max_weight_t), along: p.along ?? false, heading: p.heading_deg === undefined ? '' : String(p.heading_deg), structures: p.structures ?? false,
  };
}

const OFFSET = 8 * 3600_000; // Asia/Shanghai, which has no summer time
const DAY = 86_400_000;

/** untilOf is the chosen end as an instant; undefined is open. now is ms. */
export function untilOf(choice: Until, now: number, before?: string): string | undefined {
  if (choice === 'kept') return before;
  if (choice === 'open') return undefined;
  if (choice === 'today') return new Date(Math.floor((now + OFFSET) / DAY + 1) * DAY - OFFSET).toISOString();
  return new Date(now + (choice === '1h' ? 1 : 4) * 3600_000).toISOString();
}

/** Errors are message keys by the server's path. */
export type Errors = Record<string, string>;

/** propertiesOf reads the form into a closure's properties, keeping what the form does not show of before. */
export function propertiesOf(d: Draft, now: number, before: Partial<Closure> = {}): { properties: Partial<Closure>; errors: Errors } {
  const errors: Errors = {};
  const number = (path: string, s: string): number | undefined => {
    const n = Number(s.replace(',', '.'));
    if (s.trim() && !(n > 0 && n < 1000)) errors[path] = 'road.wrong.limit';
    return s.trim() && n > 0 ? n : undefined;
  };
  if (!d.name.trim()) errors.name = 'road.wrong.name';
  const limits = d.effect === 'limit' ? { max_height_m: number('max_height_m', d.height), max_width_m: number('max_width_m', d.width), max_weight_t: number('max_weight_t', d.weight) } : {};
  if (d.effect === 'limit' && !Object.values(limits).some(Boolean) && !Object.keys(errors).some((k) => k.startsWith('max'))) errors.max_height_m = 'road.wrong.some_limit';
  const all: Partial<Closure> = {
    ...before, name: d.name.trim(), cause: d.cause as Closure['cause'], confidence: d.confidence as Closure['confidence'],
    verified_by: d.confidence === 'verified' ? d.verifiedBy.trim() || undefined : undefined, until: untilOf(d.until, now, before.until),
    profiles: d.profiles.length ? d.profiles : undefined, speed_factor: d.effect === 'slow' ? Number(d.left) / 100 : undefined,
    max_height_m: undefined, max_width_m: undefined, max_weight_t: undefined, ...limits,
    along: d.along || undefined, heading_deg: d.heading === '' ? undefined : Number(d.heading), structures: d.structures || undefined,
  };
  return { properties: Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined)) as Partial<Closure>, errors };
}

/** geometryOf is the shape of the vertices so far; undefined while there are too few. */
export function geometryOf(shape: Shape, points: readonly LonLat[]): Geometry | undefined {
  if (shape === 'point') return points[0] && { type: 'Point', coordinates: points[0] };
  if (shape === 'line') return points.length < 2 ? undefined : { type: 'LineString', coordinates: [...points] };
  return points.length < 3 ? undefined : { type: 'Polygon', coordinates: [[...points, points[0]!]] };
}

/** freeName is a name nobody has yet: the second of its kind gets a 2. */
export function freeName(name: string, taken: readonly string[]): string {
  let n = 1;
  while (taken.includes(n > 1 ? `${name} ${n}` : name)) n++;
  return n > 1 ? `${name} ${n}` : name;
}

/** codeOf is a ledger code for a closure made at an instant: day and time in the city's zone, and a part of its id. */
export function codeOf(id: string, now: number): string {
  const stamp = new Date(now + OFFSET).toISOString().replace(/[-:T]/g, '').slice(0, 12);
  return `DLZD-${stamp}-${id.slice(-4)}`;
}

import type { Feature, Geometry, Position } from 'geojson';
import { api, ask, seen } from '../api/client';
import type { components } from '../api/schema';
import type { Receipt } from '../api/types';

export type Void = components['schemas']['Void'];
export type VoidList = components['schemas']['VoidList'];
export type MoveUp = components['schemas']['MoveUp'];

/** readVoids asks which coverage rules hold now. */
export const readVoids = (signal?: AbortSignal): Promise<VoidList> => ask(api.GET('/api/voids', { signal }));

/** readZone is the zone a rule speaks of. */
export async function readZone(rule: string): Promise<Geometry | undefined> {
  const entry = await ask(api.GET('/api/ledgers/{ledger}/{id}', { params: { path: { ledger: 'coverage_rule', id: rule } } }));
  return (entry.geometry as Geometry | null) ?? undefined;
}

/** mover makes the command that moves a unit seen at a version up to a post (移防); sent again it is the same command. */
export function mover(move: MoveUp, version: number, rule: string, reason: string): () => Promise<Receipt> {
  const header = seen(version);
  return () => ask(api.PUT('/api/units/{id}/post', { params: { path: { id: move.unit }, header }, body: { point: move.to, name: move.to_name, rule, reason } }));
}

/** byNeed puts the rules that do not hold first, the wider the gap the earlier. */
export function byNeed(a: Void, b: Void): number {
  return Number(a.holds) - Number(b.holds) || (a.holds ? 0 : b.wanted_share - b.share - (a.wanted_share - a.share)) || a.code.localeCompare(b.code);
}

/** keyOf names a proposal for as long as it is the same one: a unit to a place. */
export const keyOf = (v: Void, m: MoveUp): string => `${v.rule} ${m.unit} ${m.to_name}`;

const HEAD = 0.08; // of the way, how long the arrow's head is
/** arrow is a line from one point to another with a head, as the map draws it; none where both are one. */
export function arrow(from: Position, to: Position): Feature[] {
  const [x, y] = [to[0]! - from[0]!, to[1]! - from[1]!];
  if (x === 0 && y === 0) return [];
  const narrow = Math.cos((to[1]! * Math.PI) / 180); // a degree of longitude is shorter than one of latitude
  const turn = (angle: number): Position => {
    const [ex, ey] = [-x * narrow * HEAD, -y * HEAD];
    return [to[0]! + (ex * Math.cos(angle) - ey * Math.sin(angle)) / narrow, to[1]! + ex * Math.sin(angle) + ey * Math.cos(angle)];
  };
  const line = (coordinates: Position[]): Feature => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } });
  return [line([from, to]), line([turn(0.5), to, turn(-0.5)])];
}

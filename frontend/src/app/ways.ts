import type { NearestHit } from '../api/types';
import type { Pick as Recommended } from '../recommend/calls';
import { tasks } from '../live/forces';
import { etas, fleet, incidents, units } from '../live/live';
import { hideRoute, showRoute, type RouteAsk, type RouteMode } from '../road/routes';

const SENT: readonly string[] = ['unit', 'team', 'depot']; // they come to the incident; people go from it to the rest

/** Hit is as much of what is near as the wall needs to show it. */
export type Hit = Pick<NearestHit, 'kind' | 'id' | 'name' | 'division' | 'point' | 'basis'>;

/** wayOf is the way between an incident and a hit, in the direction in which it is driven. */
export function wayOf(hit: Pick<NearestHit, 'kind' | 'id' | 'name'>, incident: string): RouteAsk {
  const there = { kind: 'incident' as const, id: incident };
  const other = { kind: hit.kind, id: hit.id };
  const title = incidents.value.get(incident)?.properties.title;
  const name = units.value.get(hit.id)?.call_sign || hit.name;
  return SENT.includes(hit.kind) ? { from: other, to: there, fromName: name, toName: title } : { from: there, to: other, fromName: title, toName: name };
}

/** showWay shows the way of a hit that goes by road, and says whether it does. */
export function showWay(hit: Hit, incident: string, mode: RouteMode): boolean {
  if (hit.basis !== 'road') {
    hideRoute(mode);
    return false;
  }
  showRoute(wayOf(hit, incident), mode);
  return true;
}

/** showForce shows the way a unit still has to its incident; one that is there, or flies, has none. */
export function showForce(unit: string, name: string, mode: RouteMode): void {
  const task = tasks.value.get(unit);
  const eta = task && etas.value.get(task.id);
  if (!task || eta?.basis !== 'road') return hideRoute(mode);
  showRoute(wayOf({ kind: 'unit', id: unit, name }, task.incident), mode);
}

/** hitOf is a recommended unit as the wall shows what is near: where it is now; undefined when the picture has no place for it. */
export function hitOf(p: Recommended | undefined): Hit | undefined {
  const slot = p && fleet.slotOf(p.unit);
  if (!p || slot === undefined) return undefined;
  const division = units.value.get(p.unit)?.division ?? '';
  return { kind: 'unit', id: p.unit, name: p.name, division, point: { type: 'Point', coordinates: [fleet.lon[slot]!, fleet.lat[slot]!] }, basis: p.basis };
}

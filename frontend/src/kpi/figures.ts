import type { Assignment, Depot, EntryPage, IncidentFeature, Shelter } from '../api/types';
import { isComing, isThere } from '../live/assignment';
import type { Fleet } from '../live/fleet';
import type { LiveUnit } from '../live/protocol';

const HEARD = 600_000; // ms within which a unit counts as heard
const LOW = 0.4;
const TAKING = ['ready', 'opening', 'open', 'full'];
const ENDED = ['closed', 'duplicate', 'false_alarm', 'transferred', 'cancelled'];

/** openIncidents counts those not ended, and the urgent (priority 1 and 2) among them. */
export function openIncidents(all: Iterable<IncidentFeature>): { open: number; urgent: number } {
  let open = 0;
  let urgent = 0;
  for (const { properties: i } of all) {
    if (ENDED.includes(i.state)) continue;
    open++;
    if (i.priority <= 2) urgent++;
  }
  return { open, urgent };
}

/** unitCounts counts units by what they can do, and those heard within ten minutes. */
export function unitCounts(all: Iterable<LiveUnit>, fleet: Fleet, now: number): { all: number; available: number; committed: number; heard: number } {
  const n = { all: 0, available: 0, committed: 0, heard: 0 };
  for (const unit of all) {
    n.all++;
    if (unit.class === 'available') n.available++;
    if (unit.class === 'committed') n.committed++;
    const slot = fleet.slotOf(unit.id);
    if (slot !== undefined && fleet.at[slot]! > 0 && now - fleet.at[slot]! <= HEARD) n.heard++;
  }
  return n;
}

/** onTheMove counts the units sent that are still coming, and those that are at the scene. */
export function onTheMove(open: Iterable<Assignment>): { coming: number; there: number } {
  const n = { coming: 0, there: 0 };
  for (const a of open) {
    if (isComing(a.state)) n.coming++;
    else if (isThere(a.state)) n.there++;
  }
  return n;
}

/** shelterUse is people by places of the shelters that take people; undefined when there are no places. */
export function shelterUse(page: EntryPage): { people: number; places: number; share?: number } {
  let people = 0;
  let places = 0;
  for (const { properties } of page.features) {
    const s = properties as Shelter;
    if (!TAKING.includes(s.state)) continue;
    people += s.occupancy;
    places += s.capacity;
  }
  return { people, places, share: places > 0 ? people / places : undefined };
}

/** fill is the share of its targets a depot holds, at most 1 a line; undefined when no line has a target. */
export function fill(depot: Depot): number | undefined {
  const lines = depot.stock.filter((s) => (s.target ?? 0) > 0);
  if (!lines.length) return undefined;
  return lines.reduce((sum, s) => sum + Math.min(1, s.quantity / s.target!), 0) / lines.length;
}

/** lowDepots counts depots below 40 % of their targets, or with a line of stock that is out. */
export function lowDepots(page: EntryPage): { low: number; all: number } {
  const low = page.features.filter(({ properties }) => {
    const depot = properties as Depot;
    const share = fill(depot);
    return (share !== undefined && share < LOW) || depot.stock.some((s) => (s.target ?? 0) > 0 && s.quantity === 0);
  });
  return { low: low.length, all: page.features.length };
}

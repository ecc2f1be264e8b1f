import { shallowRef } from 'vue';
import { ApiProblem, unreachable } from '../api/problem';
import { findReach, type Direction, type ReachAnswer, type RoadProfile } from '../api/road';
import type { LonLat } from '../api/types';
import { fleet, incidents } from '../live/live';
import { anchor } from '../map/incidentLayer';

/** ReachFrom is what the rings are drawn around: a point, or a thing that may move; name is for people. */
export interface ReachFrom {
  point: LonLat;
  name?: string;
  unit?: string;
  incident?: string;
  profile?: RoadProfile;
}
/** ReachAsk is the question: minutes rise, at most five. away: from here to others; toward: from others to here. */
export interface ReachAsk {
  from: ReachFrom;
  minutes: readonly number[];
  profile: RoadProfile;
  direction: Direction;
}
export interface ReachShown {
  ask: ReachAsk;
  at: LonLat;
  answer?: ReachAnswer;
  failure?: ApiProblem;
  busy: boolean;
}

const AGAIN = 60_000; // ms between rings of what moves
export const MINUTES = [5, 10, 20, 30] as const;
export const MOST_RINGS = 5;

/** reach is what is shown, if anything. */
export const reach = shallowRef<ReachShown>();

let call: AbortController | undefined;
let due = 0;

/** askReach draws the rings around a place. The limits, vehicle and direction of the rings before are kept. */
export function askReach(from: ReachFrom): void {
  const old = reach.value?.ask;
  const direction = old?.direction ?? (from.incident ? 'toward' : 'away');
  void run({ from, minutes: old?.minutes ?? MINUTES, profile: from.profile ?? old?.profile ?? 'fire_engine', direction });
}

/** changeReach asks again with other limits, another vehicle or direction. */
export function changeReach(change: Partial<Omit<ReachAsk, 'from'>>): void {
  if (reach.value) void run({ ...reach.value.ask, ...change });
}

/** refreshReach asks the same again, because the roads have changed. */
export function refreshReach(): void {
  if (reach.value) void run(reach.value.ask);
}

export function hideReach(): void {
  call?.abort();
  clearTimeout(due);
  reach.value = undefined;
}

/** limitsOf reads minutes as typed: "5, 10 20" are 5, 10 and 20; undefined when they cannot be taken. */
export function limitsOf(typed: string): number[] | undefined {
  const parts = typed.split(/[\s,，、;；]+/).filter(Boolean).map(Number);
  const rising = [...new Set(parts)].sort((a, b) => a - b);
  return rising.length && rising.length <= MOST_RINGS && rising.every((n) => n > 0 && n <= 360) ? rising : undefined;
}

/** placeOf is where the thing is now. */
function placeOf({ point, unit, incident }: ReachFrom): LonLat {
  const slot = unit === undefined ? undefined : fleet.slotOf(unit);
  if (slot !== undefined) return [fleet.lon[slot]!, fleet.lat[slot]!];
  const found = incident === undefined ? undefined : incidents.value.get(incident);
  return found ? anchor(found.geometry) : point;
}

async function run(ask: ReachAsk): Promise<void> {
  call?.abort();
  clearTimeout(due);
  const mine = (call = new AbortController());
  const at = placeOf(ask.from);
  const before = reach.value?.ask.from === ask.from ? reach.value.answer : undefined;
  reach.value = { ask, at, answer: before, busy: true };
  const { minutes, profile, direction } = ask;
  try {
    const answer = await findReach({ points: [{ type: 'Point', coordinates: at }], limits_s: minutes.map((m) => m * 60), profile, direction, lines: false }, mine.signal);
    if (!mine.signal.aborted) reach.value = { ask, at, answer, busy: false };
  } catch (cause) {
    if (!mine.signal.aborted) reach.value = { ask, at, answer: before, failure: cause instanceof ApiProblem ? cause : unreachable(cause), busy: false };
  }
  if (!mine.signal.aborted && ask.from.unit !== undefined) due = window.setTimeout(refreshReach, AGAIN);
}

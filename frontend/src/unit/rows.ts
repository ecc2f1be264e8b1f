import type { Fleet } from '../live/fleet';
import { healthOf, type Health } from '../live/health';
import type { LiveUnit } from '../live/protocol';
import { SOS } from '../live/protocol';

/** UnitRow is a unit with what is known of its position now. */
export interface UnitRow {
  unit: LiveUnit;
  at: number; // server time of the fix in ms, 0: never heard
  health: Health;
  speed: number; // m/s, NaN unknown
  sos: boolean;
  left?: number; // s until it arrives where it is sent, undefined: not on its way, or not known
}

export type SortKey = 'name' | 'status' | 'task' | 'age' | 'speed';

const CLASSES = ['committed', 'available', 'delayed', 'unavailable'];

export function rowOf(unit: LiveUnit, fleet: Fleet, now: number, left?: number): UnitRow {
  const slot = fleet.slotOf(unit.id);
  const at = slot === undefined ? 0 : fleet.at[slot]!;
  return { unit, at, health: healthOf(at, now, unit.class), speed: slot === undefined ? NaN : fleet.speed[slot]!, sos: slot !== undefined && (fleet.flags[slot]! & SOS) > 0, left };
}

/** matches says whether a row has the words typed, in its name, call sign or code. */
export function matches(row: UnitRow, typed: string): boolean {
  const { unit } = row;
  const all = `${unit.name} ${unit.call_sign} ${unit.code}`.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}

/** inOrder sorts rows; calls for help always stand first, unknown last. */
export function inOrder(rows: UnitRow[], by: SortKey, down: boolean): UnitRow[] {
  const collator = new Intl.Collator('zh-CN', { numeric: true });
  const known = (n: number) => (Number.isNaN(n) ? -Infinity : n);
  const compare: Record<SortKey, (a: UnitRow, b: UnitRow) => number> = {
    name: (a, b) => collator.compare(a.unit.call_sign || a.unit.name, b.unit.call_sign || b.unit.name),
    status: (a, b) => CLASSES.indexOf(a.unit.class) - CLASSES.indexOf(b.unit.class) || a.unit.status.localeCompare(b.unit.status),
    task: (a, b) => (a.left ?? 1e9) - (b.left ?? 1e9) || CLASSES.indexOf(a.unit.class) - CLASSES.indexOf(b.unit.class),
    age: (a, b) => (b.at || 0) - (a.at || 0),
    speed: (a, b) => known(b.speed) - known(a.speed),
  };
  const sign = down ? -1 : 1;
  return rows.sort((a, b) => Number(b.sos) - Number(a.sos) || sign * compare[by](a, b) || compare.name(a, b));
}

import type { Event } from '../api/types';
import type { Properties } from './form';

/** One field an event changed; undefined is absent. */
export interface Change { name: string; before: unknown; after: unknown }

interface Payload { properties?: Properties; geometry?: { type: string; coordinates: unknown } }

/** What each event changed against the one before it; events come newest first, the oldest has no changes to tell. */
export function changes(events: readonly Event[]): Change[][] {
  return events.map((e, i) => {
    const older = events[i + 1];
    return older ? diff(older.payload as Payload, e.payload as Payload) : [];
  });
}

function diff(before: Payload, after: Payload): Change[] {
  if (!before.properties || !after.properties) return [];
  const names = [...new Set([...Object.keys(before.properties), ...Object.keys(after.properties)])];
  const out: Change[] = names
    .filter((n) => JSON.stringify(before.properties![n]) !== JSON.stringify(after.properties![n]))
    .map((name) => ({ name, before: before.properties![name], after: after.properties![name] }));
  if (JSON.stringify(before.geometry) !== JSON.stringify(after.geometry)) out.push({ name: 'geometry', before: place(before), after: place(after) });
  return out;
}

/** A point in digits; of an area only its kind, for nobody reads rings. */
function place(p: Payload): string | undefined {
  const g = p.geometry;
  if (!g) return undefined;
  return g.type === 'Point' ? (g.coordinates as number[]).slice(0, 2).map((x) => x.toFixed(6)).join(', ') : g.type;
}

/** A value in one line: lists and objects as name, quantity and the like, in the order they are kept. */
export function inLine(v: unknown): string {
  if (v === undefined || v === null || v === '') return '–';
  if (Array.isArray(v)) return v.length ? v.map(inLine).join('；') : '–';
  if (typeof v === 'object') return Object.values(v).map(inLine).join(' ');
  return String(v);
}

import type { Event } from '../api/types';

/** Line is one event of an incident as the timeline shows it: a key of the locales, and what it took from where to where. */
export interface Line {
  seq: number;
  at: string;
  actor: string;
  type: string;
  from?: string;
  to?: string;
  disposition?: string;
  reason?: string;
}

const text = (x: unknown): string | undefined => (typeof x === 'string' && x ? x : undefined);

/** lineOf reads an event. */
export function lineOf(e: Event): Line {
  const p = e.payload as Record<string, unknown>;
  return {
    seq: e.seq, at: e.occurred_at ?? e.recorded_at, actor: e.actor_name ?? '', type: e.type.replace(/^incident\./, ''),
    from: text(p.from), to: text(p.to), disposition: text(p.disposition), reason: text(p.reason),
  };
}

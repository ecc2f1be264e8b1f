/** Span is what part of the past is asked for. */
export const SPANS = ['1h', '6h', '24h', 'task', 'range'] as const;
export type Span = (typeof SPANS)[number];

const HOUR = 3_600_000;
const HOURS: Partial<Record<Span, number>> = { '1h': 1, '6h': 6, '24h': 24 };
const LONGEST = 31 * 24 * HOUR;
const ZONE = 8 * HOUR; // the city's clock is ahead of UTC, the year round

/** localOf writes a moment (ms) as a field for date and time holds it, in the city's zone. */
export const localOf = (at: number): string => new Date(at + ZONE).toISOString().slice(0, 16);
/** ofLocal reads such a field; NaN when it is empty. */
export const ofLocal = (text: string): number => (text ? Date.parse(`${text}+08:00`) : NaN);

/** Range is a time in ms; without an end it goes on to now. */
export interface Range { from: number; to?: number }
export interface Asked { span: Span; task?: string; from: string; to: string }

/** rangeOf is the time that is meant, or what is wrong with it; task is since when the unit's assignment runs. */
export function rangeOf(asked: Asked, now: number): Range | 'empty' | 'order' | 'long' {
  const hours = HOURS[asked.span];
  if (hours) return { from: now - hours * HOUR };
  if (asked.span === 'task') {
    if (!asked.task) return 'empty';
    return { from: Math.max(new Date(asked.task).getTime(), now - LONGEST + HOUR) };
  }
  const [from, to] = [ofLocal(asked.from), ofLocal(asked.to)];
  if (Number.isNaN(from) || Number.isNaN(to)) return 'empty';
  if (from >= to) return 'order';
  return to - from > LONGEST ? 'long' : { from, to };
}

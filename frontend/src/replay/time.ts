import type { components } from '../api/schema';

export type Span = components['schemas']['ReplaySpan'];
export const RATES = [1, 10, 60, 600] as const;
export const MINUTE = 60_000;
const SHANGHAI = 8 * 60 * MINUTE; // the city knows no summer time

/** held keeps a moment (ms) within the span. */
export const held = (at: number, from: number, to: number): number => Math.min(Math.max(at, from), to);

/** bars are the events of a span in n equal parts, as shares (0..1) of the fullest; square roots, so that little is seen beside much. */
export function bars(span: Span, to: number, n: number): number[] {
  const from = new Date(span.from).getTime();
  const sums = new Array<number>(n).fill(0);
  for (const step of span.events) {
    const part = Math.floor(((new Date(step.at).getTime() - from) / Math.max(1, to - from)) * n);
    if (part >= 0) sums[Math.min(n - 1, part)]! += step.n;
  }
  const most = Math.max(...sums);
  return sums.map((sum) => (most ? Math.sqrt(sum / most) : 0));
}

/** activity is the end of the next step in which something happened after a moment (ms), or of the last one before it; undefined: there is none. */
export function activity(span: Span, at: number, way: 1 | -1): number | undefined {
  const ends = span.events.map((step) => new Date(step.at).getTime() + span.step_s * 1000);
  return way > 0 ? ends.find((end) => end > at) : ends.findLast((end) => end < at);
}

/** local writes a moment (ms) for a field of date and time, in the city's zone; fromLocal reads it, NaN when it is none. */
export const local = (at: number): string => new Date(at + SHANGHAI).toISOString().slice(0, 19);
export const fromLocal = (text: string): number => new Date(`${text.length === 16 ? `${text}:00` : text}Z`).getTime() - SHANGHAI;

import { CASING, FILL, PAPER } from './palette';
import type { Shape } from './shape';

/** SignKind is what a closure does: closes the road, slows it, or limits what may pass. */
export type SignKind = 'closed' | 'slow' | 'height' | 'width' | 'weight';

const RED = '#D92D3A';
const ring = (r: number) => `M12 ${12 - r}a${r} ${r} 0 1 0 0 ${2 * r}a${r} ${r} 0 1 0 0-${2 * r}z`;

// digits are strokes on a box of 4 by 7
const DIGITS: Record<string, string> = {
  0: 'M2 0a2 2 0 0 1 2 2v3a2 2 0 0 1-4 0v-3a2 2 0 0 1 2-2z',
  1: 'M.8 1.4L2.5 0v7',
  2: 'M0 1.9a2 1.9 0 0 1 4 0c0 1.7-4 3.1-4 5.1h4',
  3: 'M.1 1c.4-.6 1-1 1.9-1a1.7 1.65 0 0 1 0 3.3a1.9 1.85 0 0 1 0 3.7c-.9 0-1.6-.4-2-1.1',
  4: 'M3 7V0L0 5h4',
  5: 'M3.7 0H.7L.4 3.1c1.4-.8 3.6-.4 3.6 1.7a2 2.1 0 0 1-2 2.2c-.8 0-1.5-.3-2-.9',
  6: 'M3.3.2C1.2.2 0 2 0 4.8a2 2.1 0 1 0 4 0a2 2.1 0 0 0-4 0',
  7: 'M0 0h4L1.5 7',
  8: 'M2 0a1.6 1.6 0 1 0 .01 0zM2 3.2a1.9 1.9 0 1 0 .01 0z',
  9: 'M.7 6.8c2.1 0 3.3-1.8 3.3-4.6a2 2.1 0 1 0-4 0a2 2.1 0 0 0 4 0',
  '.': 'M1 7h.01',
  t: 'M1.6 1v4.6c0 1 .6 1.4 1.8 1.3M.3 2.8h2.9',
};

/** figures writes a short number into a box, its middle at x, y, high tall. */
export function figures(text: string, x: number, y: number, high: number, colour: string): Shape[] {
  const scale = high / 7;
  const step = (c: string) => (c === '.' ? 3 : 5.6);
  const wide = [...text].reduce((sum, c) => sum + step(c), 0) - 1.6;
  let at = -wide / 2;
  return [...text].map((c) => {
    const shape: Shape = { d: DIGITS[c] ?? DIGITS[0]!, stroke: colour, width: 1.25, at: [x + at * scale, y - high / 2, scale] };
    at += step(c);
    return shape;
  });
}

function noEntry(planned: boolean): Shape[] {
  return [
    { d: ring(10.6), fill: planned ? PAPER : RED, stroke: CASING, width: 1.6 },
    { d: ring(9), stroke: planned ? RED : '#FFFFFF', width: planned ? 2.4 : 1.2, dash: planned ? [3.2, 2.2] : undefined },
    { d: 'M6 10h12v4h-12z', fill: planned ? RED : '#FFFFFF' },
  ];
}

function slow(planned: boolean): Shape[] {
  return [
    { d: 'M5 1.8h14a3.2 3.2 0 0 1 3.2 3.2v14a3.2 3.2 0 0 1-3.2 3.2h-14a3.2 3.2 0 0 1-3.2-3.2v-14a3.2 3.2 0 0 1 3.2-3.2z', fill: planned ? PAPER : FILL.low, stroke: CASING, width: 1.6, dash: planned ? [3, 2] : undefined },
    { d: 'M6.5 6.5L12 11l5.5-4.5M6.5 13L12 17.5l5.5-4.5', stroke: CASING, width: 2.6 },
  ];
}

function limit(kind: 'height' | 'width' | 'weight', value: string, planned: boolean): Shape[] {
  const text = kind === 'weight' ? `${value}t` : value;
  const arrows: Shape = { d: kind === 'height' ? 'M9.6 4.2h4.8L12 6.9zM9.6 19.8h4.8L12 17.1z' : 'M4.2 9.6v4.8L6.9 12zM19.8 9.6v4.8L17.1 12z', fill: CASING };
  return [
    { d: ring(10.6), fill: PAPER, stroke: CASING, width: 1.6 },
    { d: ring(9), stroke: RED, width: 2.4, dash: planned ? [3.2, 2.2] : undefined },
    ...(kind === 'weight' ? [] : [arrows]),
    ...figures(text, 12, 12, kind === 'width' ? 5 : text.length > 3 ? 5.6 : 6.6, CASING),
  ];
}

/** unverified marks what nobody has confirmed yet. */
const unverified: Shape[] = [
  { d: 'M19.5 .2a4.2 4.2 0 1 0 .01 0z', fill: FILL.low, stroke: CASING, width: 1 },
  { d: 'M18.3 3.6a1.3 1.3 0 1 1 1.7 1.2c-.4.15-.5.3-.5.8M19.5 6.9h.01', stroke: CASING, width: 1 },
];

/** closureSymbol is the sign of a closure: red no entry, amber slow, white with a number for a limit; dashed while planned, with a question mark until verified. */
export function closureSymbol(kind: string, value = '', planned = false, doubtful = false): Shape[] {
  const sign = kind === 'slow' ? slow(planned) : kind === 'height' || kind === 'width' || kind === 'weight' ? limit(kind, value, planned) : noEntry(planned);
  return doubtful ? [...sign, ...unverified] : sign;
}

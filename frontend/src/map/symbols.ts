import type { Look } from '../ui/look';
import { HAZARD_MARKS, INCIDENT_MARKS, tinted, UNIT_MARKS } from './marks';
import { ALERTS, CASING, FILL, PAPER, token } from './palette';
import { scaled, type Shape } from './shape';

// Shape says what, fill says state, the inner mark says kind.
const ring = (r: number) => `M12 ${12 - r}a${r} ${r} 0 1 0 0 ${2 * r}a${r} ${r} 0 1 0 0-${2 * r}z`;

/** staleDot marks what should have been verified by now. */
const staleDot: Shape = { d: 'M20 .8a3.2 3.2 0 1 0 .01 0z', fill: FILL.low, stroke: CASING, width: 1 };
const dotted = (shapes: Shape[], stale: boolean): Shape[] => (stale ? [...shapes, staleDot] : shapes);

/** unitSymbol is a unit as legends and lists show it; the map draws units in the fleet layer. */
export function unitSymbol(look: Look, kind = 'rescue'): Shape[] {
  const body: Shape = { d: ring(9), fill: token(`--st-${look}`), stroke: CASING, width: 1.8, dash: look === 'oos' ? [3, 2] : undefined };
  const halo: Shape[] = look === 'distress' ? [{ d: ring(11.2), stroke: token('--st-distress'), width: 1.6 }] : [];
  return [...halo, body, ...scaled(tinted(UNIT_MARKS[kind] ?? [], CASING), 12, 12, 0.52)];
}

/** incidentSymbol is a diamond in the colour of its priority (1 gravest), with 4 to 1 ticks below. */
export function incidentSymbol(kind: string, priority: number): Shape[] {
  const level = Math.min(4, Math.max(1, priority));
  const [fill, on] = ALERTS[level - 1]!;
  const n = 5 - level;
  const ticks = Array.from({ length: n }, (_, i): Shape => ({ d: `M${12 - n * 1.5 + i * 3 + 0.4} 21.2h2.2v2.2h-2.2z`, fill: PAPER, stroke: CASING, width: 0.5 }));
  const mark = scaled(tinted(INCIDENT_MARKS[kind] ?? INCIDENT_MARKS.other!, on), 12, 10.8, 0.5);
  return [{ d: 'M12 .9L22.4 10.8 12 20.7 1.6 10.8z', fill, stroke: CASING, width: 1.5 }, ...mark, ...ticks];
}

/** shelterSymbol is a house that fills with people; share is occupancy by capacity, absent when there is no capacity. */
export function shelterSymbol(share: number | undefined, state: string, stale = false): Shape[] {
  const idle = ['planned', 'built', 'maintenance', 'closing'].includes(state);
  const house: Shape = { d: 'M12 1.5L22.5 10v12h-21V10z', fill: idle ? '#AEB8C2' : PAPER, stroke: CASING, width: 1.6, dash: idle ? [3, 2] : undefined };
  const shapes = [house];
  if (share !== undefined && !idle) {
    const high = Math.max(0.6, Math.min(1, share) * 10);
    const fill = share > 1 ? FILL.out : share >= 0.9 ? FILL.low : FILL.good;
    shapes.push({ d: 'M5 10.5h14v9.5h-14z', stroke: '#5B6875', width: 0.8 }, { d: `M5 ${20 - high}h14v${high}h-14z`, fill, stroke: CASING, width: 0.8 });
    if (share > 1) shapes.push({ d: 'M12 11v4.5M12 18v.3', stroke: CASING, width: 2 });
  }
  if (state === 'unsafe') shapes.push({ d: 'M7 10l10 10M17 10l-10 10', stroke: FILL.out, width: 2.6 });
  return dotted(shapes, stale);
}

/** depotSymbol is a square with its stock bar; fill is 0..1 of its targets, absent when unknown. */
export function depotSymbol(fill: number | undefined, stale = false): Shape[] {
  const shapes: Shape[] = [
    { d: 'M4.5 2h15a2.5 2.5 0 0 1 2.5 2.5v15a2.5 2.5 0 0 1-2.5 2.5h-15a2.5 2.5 0 0 1-2.5-2.5v-15a2.5 2.5 0 0 1 2.5-2.5z', fill: PAPER, stroke: CASING, width: 1.6 },
    { d: 'M5.5 7.5l6.5-3.2 6.5 3.2v4.8l-6.5 3.2-6.5-3.2zM5.5 7.5l6.5 3.3 6.5-3.3M12 10.8v4.7', stroke: CASING, width: 1.4 },
    { d: 'M4.5 17.6h15v2.6h-15z', fill: '#FFFFFF', stroke: CASING, width: 0.7, dash: fill === undefined ? [1, 1] : undefined },
  ];
  if (fill !== undefined) {
    const colour = fill < 0.15 ? FILL.out : fill < 0.4 ? FILL.low : FILL.stock;
    shapes.push({ d: `M4.5 17.6h${Math.max(0.6, 15 * Math.min(1, fill))}v2.6h-${Math.max(0.6, 15 * Math.min(1, fill))}z`, fill: colour });
  }
  return dotted(shapes, stale);
}

/** teamSymbol is a badge with a person in it; joint teams carry a bar. */
export function teamSymbol(readiness: string, joint: boolean, stale = false): Shape[] {
  const fill = readiness === 'ready' ? FILL.good : readiness === 'limited' ? FILL.low : FILL.none;
  const shapes: Shape[] = [
    { d: 'M12 1.5l9 3v8c0 5-4 8.5-9 10-5-1.5-9-5-9-10v-8z', fill, stroke: CASING, width: 1.6 },
    { d: 'M12 6.2a2.6 2.6 0 1 0 .01 0zM7.5 17c0-3.5 2-4.8 4.5-4.8s4.5 1.3 4.5 4.8z', fill: CASING },
  ];
  if (joint) shapes.push({ d: 'M6 18.8h12', stroke: CASING, width: 1.8 });
  return dotted(shapes, stale);
}

/** hazardSymbol is a triangle in the colour of its level, I the worst. */
export function hazardSymbol(kind: string, level: number, stale = false): Shape[] {
  const [fill, on] = ALERTS[Math.min(4, Math.max(1, level)) - 1]!;
  const mark = scaled(tinted(HAZARD_MARKS[kind] ?? INCIDENT_MARKS.other!, on), 12, 15, 0.42);
  return dotted([{ d: 'M12 1.5l11 20h-22z', fill, stroke: CASING, width: 1.6 }, ...mark], stale);
}

/** cameraSymbol is a small camera; unknown is not offline. */
export function cameraSymbol(state: string, stale = false): Shape[] {
  const fill = state === 'online' ? FILL.good : state === 'offline' ? FILL.none : PAPER;
  const shapes: Shape[] = [{ d: 'M2 6.5h13v11h-13zM15 10.5l7-3.5v10l-7-3.5z', fill, stroke: CASING, width: 1.6 }];
  if (state === 'offline') shapes.push({ d: 'M4 4l15 16', stroke: FILL.out, width: 2.4 });
  if (state === 'unknown') shapes.push({ d: 'M8.5 10v2.5M8.5 14.7v.2', stroke: CASING, width: 1.8 });
  return dotted(shapes, stale);
}


import { expect, test } from 'vitest';
import { banded, byGravity, LINGER, together, UNDO, type Shown } from '../live/alarm';
import { edgeOf } from './edge';
import { after, heard, toneOf, type Change, type Ear } from './sound';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const alarm = (id: string, kind: Shown['kind'], more: Partial<Shown> = {}): Shown => ({ id, kind, version: 1, state: 'raised', at: NOW - 1000, ...more });
const ids = (all: readonly Shown[]) => all.map((a) => a.id).join(' ');

test('the gravest comes first, of two alike the older, and what somebody has taken comes last', () => {
  const all = [alarm('void', 'void'), alarm('auto', 'auto_ordered'), alarm('p2', 'incident', { priority: 2 }), alarm('lost', 'lost'), alarm('no', 'unacknowledged'), alarm('p1', 'incident', { priority: 1 }), alarm('sos2', 'sos'), alarm('sos1', 'sos', { at: NOW - 9000 }), alarm('taken', 'sos', { state: 'acknowledged', at: NOW - 99_000 })];
  expect(ids([...all].sort(byGravity))).toBe('sos1 sos2 p1 no lost auto p2 void taken');
});

test('an acknowledged alarm stays for a moment with the name, a call for help until it ends', () => {
  const seen = (by: number) => ({ state: 'acknowledged' as const, seen: { by: '王', at: NOW - by } });
  const all = [alarm('sos', 'sos', { ...seen(3_600_000), at: NOW - 3_700_000 }), alarm('fresh', 'lost', seen(LINGER - 1)), alarm('old', 'void', seen(LINGER)), alarm('over', 'sos', { state: 'ended' })];
  expect(ids(banded(all, NOW))).toBe('sos fresh');
  const auto = (at: number) => banded([alarm('a', 'auto_ordered', { state: 'acknowledged', at, seen: { by: '王', at: NOW - LINGER } })], NOW).length;
  expect([auto(NOW - UNDO + 1), auto(NOW - UNDO)]).toEqual([1, 0]);
});

test('a call for help that the server shares is not shown twice, and another unit is not lost for it', () => {
  const own = [alarm('sos-u1', 'sos', { own: true, unit: 'u1' }), alarm('sos-u2', 'sos', { own: true, unit: 'u2' }), alarm('i', 'incident', { own: true })];
  expect(ids(together([alarm('s', 'sos', { unit: 'u1', state: 'ended' })], own))).toBe('s sos-u2 i');
});

test('the sound follows the worst that nobody has taken, and stops when all are', () => {
  expect(toneOf([alarm('a', 'void'), alarm('b', 'sos')])).toBe('sos');
  expect(toneOf([alarm('a', 'hazard')]), 'who is in a hazard ring is heard').toBe('soft');
  expect(toneOf([alarm('a', 'unacknowledged'), alarm('b', 'sos', { state: 'acknowledged' })])).toBe('soft');
  expect(toneOf([alarm('a', 'incident'), alarm('b', 'lost', { state: 'acknowledged' })])).toBeUndefined();
});

test('in whatever order things happen, a console sounds only when it is unlocked, not muted, and something is wanted', () => {
  const changes: Change[] = [{ type: 'gesture' }, { type: 'silenced' }, { type: 'mute', on: true }, { type: 'mute', on: false }, { type: 'wanted', tone: 'sos' }, { type: 'wanted', tone: 'soft' }, { type: 'wanted' }];
  let seed = 7;
  const dice = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  let ear: Ear = { unlocked: false, muted: false };
  const last = { open: false, muted: false, tone: undefined as string | undefined };
  for (let i = 0; i < 2000; i++) {
    const change = changes[dice(changes.length)]!;
    ear = after(ear, change);
    if (change.type === 'gesture') last.open = true;
    if (change.type === 'silenced') last.open = false;
    if (change.type === 'mute') last.muted = change.on;
    if (change.type === 'wanted') last.tone = change.tone;
    expect(heard(ear)).toBe(last.open && !last.muted ? last.tone : undefined);
    expect(ear.wanted, 'muting hides nothing').toBe(last.tone);
  }
});

test('what is out of view is shown at the edge in its own direction, never outside of it', () => {
  expect(edgeOf(100, 50, 400, 200, 20)).toMatchObject({ x: 100, y: 50, out: false });
  expect(edgeOf(1000, 100, 400, 200, 20)).toEqual({ x: 380, y: 100, out: true, angle: 90 });
  expect(edgeOf(200, -500, 400, 200, 20)).toEqual({ x: 200, y: 20, out: true, angle: 0 });
  for (let deg = 0; deg < 360; deg += 7) {
    const rad = (deg * Math.PI) / 180;
    const e = edgeOf(200 + 5000 * Math.sin(rad), 100 - 5000 * Math.cos(rad), 400, 200, 20);
    expect(e.angle).toBeCloseTo(deg, 6);
    expect(e.x >= 19.99 && e.x <= 380.01 && e.y >= 19.99 && e.y <= 180.01).toBe(true);
  }
});

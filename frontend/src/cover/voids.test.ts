import { expect, test } from 'vitest';
import { arrow, byNeed, type Void } from './voids';

const rule = (code: string, holds: boolean, share: number, wanted_share = 0.9) => ({ code, holds, share, wanted_share }) as Void;

test('rules that do not hold come first, the widest gap before the others', () => {
  const all = [rule('R1', true, 1), rule('R2', false, 0.8), rule('R3', false, 0.2), rule('R0', true, 0.95)];
  expect(all.sort(byNeed).map((v) => v.code)).toEqual(['R3', 'R2', 'R0', 'R1']);
});

test('an arrow points where it goes, with a head of two equal sides behind its tip', () => {
  const [, head] = arrow([119.5, 39.9], [119.6, 39.9]);
  const [left, tip, right] = (head!.geometry as GeoJSON.LineString).coordinates;
  expect(tip).toEqual([119.6, 39.9]);
  expect(left![0]).toBeCloseTo(right![0]!, 9);
  expect(left![0]).toBeLessThan(119.6);
  expect(left![1]! + right![1]!).toBeCloseTo(2 * 39.9, 9);
  expect(arrow([119.5, 39.9], [119.5, 39.9])).toEqual([]);
});

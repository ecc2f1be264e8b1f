import { describe, expect, it } from 'vitest';
import { bearing, distance, wind } from './near';

describe('near', () => {
  it('measures a degree of latitude', () => {
    expect(distance([119, 39], [119, 40])).toBeCloseTo(111_195, -1);
    expect(distance([119, 39], [119, 39])).toBe(0);
  });

  it('points the right way', () => {
    expect(bearing([119, 39], [119, 40])).toBeCloseTo(0, 6);
    expect(bearing([119, 39], [119, 38])).toBeCloseTo(180, 6);
    expect(bearing([0, 0], [1, 0])).toBeCloseTo(90, 6);
    expect(bearing([1, 0], [0, 0])).toBeCloseTo(270, 6);
  });

  it('says it in words, north on both sides of zero', () => {
    expect([0, 22, 23, 90, 200, 337, 338, 359].map(wind)).toEqual(['n', 'n', 'ne', 'e', 's', 'nw', 'n', 'n']);
  });
});

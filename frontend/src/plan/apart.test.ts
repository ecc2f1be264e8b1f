import { describe, expect, it } from 'vitest';
import { apart, type Px } from './apart';

const gaps = (all: readonly Px[]) => all.flatMap((a, i) => all.slice(i + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y)));

describe('points that lie on each other', () => {
  it('are parted, round their middle', () => {
    const [a, b] = apart([{ x: 10, y: 10 }, { x: 14, y: 10 }], 20);
    expect(a).toEqual({ x: 2, y: 10 });
    expect(b).toEqual({ x: 22, y: 10 });
  });

  it('are parted also where they are one, and in a crowd', () => {
    const crowd = [...Array.from({ length: 4 }, () => ({ x: 5, y: 5 })), { x: 6, y: 5 }, { x: 400, y: 300 }];
    const parted = apart(crowd, 16);
    expect(Math.min(...gaps(parted))).toBeGreaterThan(15);
    expect(parted[5]).toEqual({ x: 400, y: 300 });
    expect(apart(crowd, 16)).toEqual(parted);
  });
});

import { describe, expect, it } from 'vitest';
import { classOf, CLASS_NAMES, RAMP } from './ramp';

describe('ramp', () => {
  it('puts each fifth into its class, the border into the upper one', () => {
    expect([0, 0.199, 0.2, 0.59999, 0.6, 0.8, 1].map(classOf)).toEqual([0, 0, 1, 2, 3, 4, 4]);
  });

  it('does not colour the unknown', () => {
    expect(classOf(undefined)).toBeUndefined();
    expect(classOf(NaN)).toBeUndefined();
  });

  it('has a name for every colour', () => expect(RAMP).toHaveLength(CLASS_NAMES.length));
});

import { describe, expect, it } from 'vitest';
import { parsePoint, writePoint } from './point';

describe('typed coordinates', () => {
  it.each([
    ['119.59, 39.94'], ['39.94,119.59'], ['119.59 39.94'], ['119.59，39.94'], ['39.94N 119.59E'], ['E119.59 N39.94'],
    ['119°35′24″ 39°56′24″'], ['39°56′24″N, 119°35′24″E'], ['119度35分24秒，39度56分24秒'], ["119°35.4' 39°56.4'"],
  ])('reads %s', (text) => {
    const p = parsePoint(text)!;
    expect(p[0]).toBeCloseTo(119.59, 9);
    expect(p[1]).toBeCloseTo(39.94, 9);
  });

  it.each([[''], ['119.59'], ['119.59, 39.94, 5'], ['119°75′0″ 39°0′0″'], ['somewhere, else'], ['300, 39']])('refuses %s', (text) => {
    expect(parsePoint(text)).toBeUndefined();
  });

  it('reads what it writes', () => {
    expect(parsePoint(writePoint([119.1234567, 39.5]))).toEqual([119.123457, 39.5]);
  });
});

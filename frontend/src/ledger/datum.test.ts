import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LonLat } from '../api/types';
import { shift, toWgs84 } from './datum';

const file = resolve('../../shared/testdata/17-crs/china-cities-wgs84-gcj02-bd09.json');
const metres = (a: LonLat, b: LonLat) => Math.hypot((a[0] - b[0]) * 85_000, (a[1] - b[1]) * 111_000);

describe('datum', () => {
  it('undoes its own shift to a millimetre', () => {
    for (const p of [[119.59, 39.94], [118.9, 40.4], [75, 39], [110, 19]] as LonLat[]) {
      expect(metres(toWgs84('gcj02', shift(p)), p)).toBeLessThan(0.001);
    }
  });

  it('moves a point in Qinhuangdao by some hundred metres', () => {
    expect(metres(shift([119.59, 39.94]), [119.59, 39.94])).toBeGreaterThan(300);
  });

  it('leaves WGS84, CGCS2000 and foreign points alone', () => {
    expect(toWgs84('cgcs2000', [119.59, 39.94])).toEqual([119.59, 39.94]);
    expect(shift([2.35, 48.86])).toEqual([2.35, 48.86]);
  });

  it.skipIf(!existsSync(file))('agrees with published cities (needs the test data)', () => {
    const cities = JSON.parse(readFileSync(file, 'utf8')) as { coords: { WGS84: LonLat; GCJ02: LonLat; BD09: LonLat } }[];
    expect(cities.length).toBeGreaterThan(100);
    for (const { coords } of cities) {
      expect(metres(toWgs84('gcj02', coords.GCJ02), coords.WGS84)).toBeLessThan(2);
      expect(metres(toWgs84('bd09', coords.BD09), coords.WGS84)).toBeLessThan(3);
    }
  });
});

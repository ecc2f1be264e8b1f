import { expect, test } from 'vitest';
import { decode } from './decode';

function frame(now: number, records: { handle: number; lon: number; lat: number; heading?: number; speed?: number; age?: number; flags?: number }[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(8 + 16 * records.length));
  view.setBigUint64(0, BigInt(now), true);
  records.forEach((r, i) => {
    const at = 8 + 16 * i;
    view.setUint32(at, r.handle, true);
    view.setInt32(at + 4, Math.round(r.lon * 1e7), true);
    view.setInt32(at + 8, Math.round(r.lat * 1e7), true);
    view.setUint8(at + 12, r.heading ?? 0);
    view.setUint8(at + 13, r.speed ?? 0);
    view.setUint8(at + 14, r.age ?? 0);
    view.setUint8(at + 15, r.flags ?? 0);
  });
  return view.buffer as ArrayBuffer;
}

test('a record is read as docs/live.md writes it', () => {
  const f = decode(frame(1_764_000_000_123, [{ handle: 70_000, lon: 119.5912345, lat: 39.9412345, heading: 64, speed: 25, age: 3, flags: 3 }]));
  expect(f.now).toBe(1_764_000_000_123);
  expect(f.handle[0]).toBe(70_000);
  expect(f.lon[0]).toBeCloseTo(119.5912345, 7);
  expect(f.lat[0]).toBeCloseTo(39.9412345, 7);
  expect([f.heading[0], f.speed[0], f.age[0]]).toEqual([90, 12.5, 3]);
});

test('what is not known is not zero', () => {
  const f = decode(frame(1, [{ handle: 1, lon: -0.5, lat: -33 }]));
  expect(f.heading[0]).toBeNaN();
  expect(f.speed[0]).toBeNaN();
  expect(f.lon[0]).toBeCloseTo(-0.5, 7);
});

test('an empty frame says the time alone', () => {
  expect(decode(frame(5, []))).toMatchObject({ now: 5 });
});

test('a frame cut short is refused', () => {
  expect(() => decode(new ArrayBuffer(20))).toThrow(RangeError);
  expect(() => decode(new ArrayBuffer(4))).toThrow(RangeError);
});

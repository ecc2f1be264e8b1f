import type { Fixes } from './protocol';

const HEAD = 8;
const RECORD = 16;
const HEADING_KNOWN = 1;
const SPEED_KNOWN = 2;

/** decode reads a binary frame of docs/live.md; a frame cut short is refused with a RangeError. */
export function decode(frame: ArrayBuffer): Fixes {
  const rest = frame.byteLength - HEAD;
  if (rest < 0 || rest % RECORD !== 0) throw new RangeError(`position frame of ${frame.byteLength} bytes`);
  const n = rest / RECORD;
  const view = new DataView(frame);
  const fixes: Fixes = {
    now: Number(view.getBigUint64(0, true)),
    handle: new Uint32Array(n),
    lon: new Float64Array(n),
    lat: new Float64Array(n),
    heading: new Float32Array(n),
    speed: new Float32Array(n),
    age: new Uint8Array(n),
    flags: new Uint8Array(n),
  };
  for (let i = 0, at = HEAD; i < n; i++, at += RECORD) {
    const flags = view.getUint8(at + 15);
    fixes.handle[i] = view.getUint32(at, true);
    fixes.lon[i] = view.getInt32(at + 4, true) / 1e7;
    fixes.lat[i] = view.getInt32(at + 8, true) / 1e7;
    fixes.heading[i] = flags & HEADING_KNOWN ? (view.getUint8(at + 12) * 360) / 256 : NaN;
    fixes.speed[i] = flags & SPEED_KNOWN ? view.getUint8(at + 13) / 2 : NaN;
    fixes.age[i] = view.getUint8(at + 14);
    fixes.flags[i] = flags;
  }
  return fixes;
}

/** buffers are what can be handed over to another thread without a copy. */
export function buffers(f: Fixes): ArrayBuffer[] {
  return [f.handle, f.lon, f.lat, f.heading, f.speed, f.age, f.flags].map((a) => a.buffer as ArrayBuffer);
}

import type { Fleet } from '../live/fleet';
import { SOS } from '../live/protocol';
import { LOOKS, lookOf } from '../ui/look';
import { kindIndex } from './atlas';
import { mercator } from './mercator';

export const STRIDE = 8; // floats a unit: from.xy, to.xy, heading, moved at, cell, fix at
export const GLIDE = 1; // s a symbol takes from one fix to the next
const JUMP = 1e-4; // mercator units, about 3 km: farther is a jump, not a movement
const BEAK = 0.83; // m/s, 3 km/h: slower things show no heading
const HOUR = 3600;

/** FleetBuffer is what the GPU reads of a fleet; times are in s since bases that move on every hour. */
export class FleetBuffer {
  data = new Float32Array(256 * STRIDE);
  length = 0;
  /** from and to bound the slots that changed since the last upload. */
  dirty: [from: number, to: number] = [Infinity, -1];
  readonly origin: readonly [number, number];
  private zeroAt: number; // monotonic clock, s
  private zeroFix: number; // server clock, s
  private readonly fleet: Fleet;

  constructor(fleet: Fleet, centre: readonly [lon: number, lat: number], clock: number, server: number) {
    this.fleet = fleet;
    this.origin = mercator(centre[0], centre[1]);
    this.zeroAt = clock;
    this.zeroFix = server;
  }

  /** since are the two clocks as the shader counts them. */
  since(clock: number, server: number): [now: number, time: number] {
    if (clock - this.zeroAt > HOUR || Math.abs(server - this.zeroFix) > 2 * HOUR) this.rebase(clock, server);
    return [clock - this.zeroAt, server - this.zeroFix];
  }

  /** take writes the slots that changed, or all of them for an empty list. */
  take(slots: readonly number[], clock: number): void {
    if (this.data.length < this.fleet.lon.length * STRIDE) {
      const more = new Float32Array(this.fleet.lon.length * STRIDE);
      more.set(this.data);
      this.data = more;
    }
    const all = slots.length === 0;
    const before = this.length;
    this.length = this.fleet.length;
    if (all) for (let i = 0; i < Math.max(before, this.length); i++) this.write(i, clock, false);
    else for (const slot of slots) this.write(slot, clock, slot < before);
  }

  private write(slot: number, clock: number, glide: boolean): void {
    const { fleet, data } = this;
    const k = slot * STRIDE;
    const unit = fleet.units[slot];
    this.dirty = [Math.min(this.dirty[0], slot), Math.max(this.dirty[1], slot)];
    if (!unit) {
      data[k + 6] = -1;
      return;
    }
    const now = clock - this.zeroAt;
    const [mx, my] = mercator(fleet.lon[slot]!, fleet.lat[slot]!);
    const [x, y] = [mx - this.origin[0], my - this.origin[1]];
    const t = Math.min(1, Math.max(0, (now - data[k + 5]!) / GLIDE));
    const [fx, fy] = [data[k]! + (data[k + 2]! - data[k]!) * t, data[k + 1]! + (data[k + 3]! - data[k + 1]!) * t];
    const smooth = glide && data[k + 6]! >= 0 && Math.hypot(x - fx, y - fy) < JUMP;
    data[k] = smooth ? fx : x;
    data[k + 1] = smooth ? fy : y;
    data[k + 2] = x;
    data[k + 3] = y;
    data[k + 4] = fleet.speed[slot]! > BEAK && !Number.isNaN(fleet.heading[slot]!) ? fleet.heading[slot]! : -1;
    data[k + 5] = now;
    data[k + 6] = kindIndex(unit.kind) * LOOKS.length + LOOKS.indexOf(lookOf(unit.status, (fleet.flags[slot]! & SOS) > 0));
    data[k + 7] = fleet.at[slot] ? fleet.at[slot]! / 1000 - this.zeroFix : -1e6;
  }

  private rebase(clock: number, server: number): void {
    for (let slot = 0; slot < this.length; slot++) {
      const at = this.fleet.at[slot];
      this.data[slot * STRIDE + 5]! -= clock - this.zeroAt;
      this.data[slot * STRIDE + 7] = at ? at / 1000 - server : -1e6;
    }
    this.zeroAt = clock;
    this.zeroFix = server;
    this.dirty = [0, this.length - 1];
  }
}

import type { Fixes, LiveUnit } from './protocol';

const ROOM = 256;

/** Fleet holds the positions of all units in plain typed arrays, a slot a unit. It is never reactive. */
export class Fleet {
  lon = new Float64Array(ROOM);
  lat = new Float64Array(ROOM);
  heading = new Float32Array(ROOM); // degrees, NaN unknown
  speed = new Float32Array(ROOM); // m/s, NaN unknown
  at = new Float64Array(ROOM); // server time of the fix in ms, 0: never heard
  flags = new Uint8Array(ROOM);
  /** units stand at their slot; a free slot is undefined. */
  units: (LiveUnit | undefined)[] = [];
  /** version grows with each change of positions. */
  version = 0;
  private slots = new Map<number, number>();
  private byId = new Map<string, number>();
  private free: number[] = [];
  private listeners = new Set<(slots: readonly number[], now: number) => void>();

  /** length is one more than the highest slot in use. */
  get length(): number {
    return this.units.length;
  }

  /** onMove hears which slots moved or changed; an empty list means all of them. */
  onMove(hear: (slots: readonly number[], now: number) => void): () => void {
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  slotOf(id: string): number | undefined {
    return this.byId.get(id);
  }

  /** reset takes a new picture's units; positions come with the next frame. */
  reset(units: readonly LiveUnit[]): void {
    this.units = [];
    this.free = [];
    this.slots.clear();
    this.byId.clear();
    for (const unit of units) this.seat(unit);
    this.tell([]);
  }

  /** put adds a unit or takes over its changed state, and returns its slot. */
  put(unit: LiveUnit): number {
    const slot = this.seat(unit);
    this.tell([slot]);
    return slot;
  }

  /** drop forgets a unit. */
  drop(id: string): void {
    const slot = this.byId.get(id);
    if (slot === undefined) return;
    this.slots.delete(this.units[slot]!.handle);
    this.byId.delete(id);
    this.units[slot] = undefined;
    this.free.push(slot);
    this.tell([slot]);
  }

  /** move takes a frame of positions over; handles nobody has introduced are left out. */
  move(fixes: Fixes): void {
    const moved: number[] = [];
    for (let i = 0; i < fixes.handle.length; i++) {
      const slot = this.slots.get(fixes.handle[i]!);
      if (slot === undefined) continue;
      this.lon[slot] = fixes.lon[i]!;
      this.lat[slot] = fixes.lat[i]!;
      this.heading[slot] = fixes.heading[i]!;
      this.speed[slot] = fixes.speed[i]!;
      this.flags[slot] = fixes.flags[i]!;
      // an age of 255 may be any age: an earlier, better knowledge of the time stands
      const at = fixes.now - fixes.age[i]! * 1000;
      this.at[slot] = fixes.age[i] === 255 && this.at[slot]! > 0 ? Math.min(this.at[slot]!, at) : at;
      moved.push(slot);
    }
    if (moved.length) this.tell(moved, fixes.now);
  }

  /** place puts a known unit where it was at a time (ms). */
  place(id: string, lon: number, lat: number, heading: number, speed: number, at: number): void {
    const slot = this.byId.get(id);
    if (slot === undefined) return;
    this.lon[slot] = lon;
    this.lat[slot] = lat;
    this.heading[slot] = heading;
    this.speed[slot] = speed;
    this.at[slot] = at;
    this.tell([slot]);
  }

  /** become takes over all that another fleet holds; that one must not be used after. Who listens stays. */
  become(other: Fleet): void {
    const { lon, lat, heading, speed, at, flags, units, slots, byId, free } = other;
    Object.assign(this, { lon, lat, heading, speed, at, flags, units, slots, byId, free });
    this.tell([]);
  }

  private seat(unit: LiveUnit): number {
    const known = this.byId.get(unit.id);
    if (known !== undefined) {
      this.slots.delete(this.units[known]!.handle);
      this.slots.set(unit.handle, known);
      this.units[known] = unit;
      return known;
    }
    const slot = this.free.pop() ?? this.units.length;
    if (slot >= this.lon.length) this.grow();
    this.units[slot] = unit;
    this.slots.set(unit.handle, slot);
    this.byId.set(unit.id, slot);
    this.lon[slot] = unit.lon;
    this.lat[slot] = unit.lat;
    this.heading[slot] = this.speed[slot] = NaN;
    this.at[slot] = unit.at ? new Date(unit.at).getTime() : 0;
    this.flags[slot] = 0;
    return slot;
  }

  private grow(): void {
    const more = <A extends Float64Array | Float32Array | Uint8Array>(old: A): A => {
      const made = new (old.constructor as new (n: number) => A)(old.length * 2);
      made.set(old);
      return made;
    };
    this.lon = more(this.lon);
    this.lat = more(this.lat);
    this.heading = more(this.heading);
    this.speed = more(this.speed);
    this.at = more(this.at);
    this.flags = more(this.flags);
  }

  private tell(slots: readonly number[], now = 0): void {
    this.version++;
    for (const hear of this.listeners) hear(slots, now);
  }
}

import { wait } from './backoff';
import { decode } from './decode';
import type { Fixes, FromWorker, LinkState, TextFrame } from './protocol';

const PING_EVERY = 5000;
const SILENCE = 15_000; // the server sends a mark each 5 s: three missed, and the line is dead
const OFFSETS = 5;

/** Wire is the part of a WebSocket the link needs. */
export type Wire = Pick<WebSocket, 'send' | 'close' | 'readyState' | 'binaryType'> & {
  onopen: ((e: never) => void) | null;
  onclose: ((e: { code: number }) => void) | null;
  onmessage: ((e: { data: string | ArrayBuffer }) => void) | null;
};

/** World is the outside of the link, for tests to stand in. */
export interface World {
  open(): Wire;
  tell(message: FromWorker): void;
  later(run: () => void, ms: number): () => void;
  now(): number;
  chance(): number;
}

/** Link keeps one live channel: it resumes where it was, comes back after a loss, and notices a gap. */
export class Link {
  private wire?: Wire;
  private seq?: number;
  private epoch?: string;
  private attempt = 0;
  private stopped = true;
  private state: LinkState = { state: 'waiting' };
  private offsets: number[] = [];
  private cancel: (() => void)[] = [];
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.dial();
  }

  stop(): void {
    this.stopped = true;
    this.hangUp();
    this.seq = this.epoch = undefined;
  }

  /** hurry dials at once when the link waits, such as when the network came back. */
  hurry(): void {
    if (this.stopped || this.wire || this.state.state === 'closed') return;
    this.attempt = 0;
    this.dial();
  }

  private say(link: LinkState): void {
    this.state = link;
    this.world.tell({ type: 'link', link });
  }

  private hangUp(): void {
    for (const off of this.cancel.splice(0)) off();
    const wire = this.wire;
    this.wire = undefined;
    if (!wire) return;
    wire.onopen = wire.onclose = wire.onmessage = null;
    wire.close();
  }

  private dial(): void {
    this.hangUp();
    const wire = this.world.open();
    this.wire = wire;
    wire.binaryType = 'arraybuffer';
    wire.onopen = () => {
      wire.send(JSON.stringify({ type: 'hello', since: this.seq, epoch: this.epoch }));
      this.ping();
    };
    wire.onmessage = ({ data }) => (typeof data === 'string' ? this.text(data) : this.fixes(data));
    wire.onclose = ({ code }) => this.lost(code);
    this.watch();
  }

  private watchOff?: () => void;

  /** watch gives the line up after a silence. */
  private watch(): void {
    this.watchOff?.();
    this.watchOff = this.world.later(() => this.lost(0), SILENCE);
    this.cancel.push(this.watchOff);
  }

  private ping(): void {
    if (this.wire?.readyState !== 1) return;
    this.wire.send(JSON.stringify({ type: 'ping', t: this.world.now() }));
    this.cancel.push(this.world.later(() => this.ping(), PING_EVERY));
  }

  private lost(code: number): void {
    this.hangUp();
    if (this.stopped) return;
    const since = this.state.state === 'open' ? this.world.now() : this.state.since;
    if (code === 4001 || code === 4003) {
      this.say({ state: 'closed', since: since ?? this.world.now(), final: code === 4001 ? 'signed_out' : 'not_allowed' });
      return;
    }
    if (code === 4009) this.seq = this.epoch = undefined;
    this.say({ ...this.state, state: 'waiting', since });
    if (code === 1002 || code === 1008 || code === 1009) this.attempt = Math.max(this.attempt, 3); // asked to come back slower
    this.cancel.push(this.world.later(() => this.dial(), wait(this.attempt++, this.world.chance())));
  }

  private fixes(frame: ArrayBuffer): void {
    this.watch();
    let fixes: Fixes;
    try {
      fixes = decode(frame);
    } catch {
      this.lost(1002);
      return;
    }
    this.world.tell({ type: 'fixes', fixes });
  }

  private text(raw: string): void {
    this.watch();
    const frame = JSON.parse(raw) as TextFrame;
    switch (frame.type) {
      case 'pong':
        return this.pong(frame.t, frame.now);
      case 'error':
        return this.lost(1002);
      case 'picture':
      case 'resume':
        this.epoch = frame.epoch;
        if (frame.type === 'picture') this.seq = frame.seq;
        this.attempt = 0;
        this.say({ ...this.state, state: 'open', since: undefined, final: undefined });
        break;
      case 'event':
        if (this.seq !== undefined && frame.prev > this.seq) return this.lost(0); // something was missed
        if (this.seq !== undefined && frame.seq <= this.seq) return;
        this.seq = frame.seq;
        break;
      case 'mark':
        this.seq = Math.max(this.seq ?? 0, frame.seq);
        break;
      case 'eta': // computed at seq, but no promise that the events up to it were sent
        break;
      default:
        return;
    }
    this.world.tell({ type: 'text', frame });
  }

  private pong(sent: number, serverTime: string): void {
    const now = this.world.now();
    const delay = now - sent;
    this.offsets.push(new Date(serverTime).getTime() + delay / 2 - now);
    if (this.offsets.length > OFFSETS) this.offsets.shift();
    const mean = this.offsets.reduce((a, b) => a + b, 0) / this.offsets.length;
    this.say({ ...this.state, delayMs: delay, offsetMs: mean });
  }
}

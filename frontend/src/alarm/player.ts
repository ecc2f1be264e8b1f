import { ROUNDS, type Tone } from './sound';

const RAMP = 0.015; // s in which a beep swells, so that it does not click

/** Player makes the tones with oscillators: there is no file to fetch, and none to miss. */
export class Player {
  private context?: AudioContext;
  private timer = 0;
  private tone?: Tone;
  private last: OscillatorNode[] = [];

  /** unlock opens the sound, inside a gesture; it answers whether the browser lets it. */
  async unlock(changed: (running: boolean) => void): Promise<boolean> {
    try {
      this.context ??= new AudioContext();
      this.context.onstatechange = () => changed(this.context?.state === 'running');
      await this.context.resume();
    } catch {
      return false; // no sound device: the band has to do
    }
    return this.context.state === 'running';
  }

  /** play repeats a tone until it is asked for another one, or for none. */
  play(tone: Tone | undefined): void {
    if (tone === this.tone) return;
    this.tone = tone;
    clearInterval(this.timer);
    for (const o of this.last.splice(0)) o.stop();
    if (!tone) return;
    this.round(tone);
    this.timer = window.setInterval(() => this.round(tone), ROUNDS[tone].every * 1000);
  }

  private round(tone: Tone): void {
    const { context } = this;
    if (context?.state !== 'running') return;
    const { gain, wave, notes } = ROUNDS[tone];
    const begin = context.currentTime + 0.02;
    this.last = notes.map(({ from, to, hz }) => {
      const o = new OscillatorNode(context, { type: wave, frequency: hz });
      const g = new GainNode(context, { gain: 0 });
      g.gain.setValueAtTime(0, begin + from);
      g.gain.linearRampToValueAtTime(gain, begin + from + RAMP);
      g.gain.setValueAtTime(gain, begin + to - RAMP);
      g.gain.linearRampToValueAtTime(0, begin + to);
      o.connect(g).connect(context.destination);
      o.start(begin + from);
      o.stop(begin + to);
      return o;
    });
  }
}

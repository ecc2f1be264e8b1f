import type { Shown } from '../live/alarm';

/** Tone is what is to be heard: two tones for a call for help, a soft one for the rest. */
export type Tone = 'sos' | 'soft';

/** Ear is what decides whether a console makes a sound. Browsers keep a page silent until somebody has touched it: until then it is locked. */
export interface Ear {
  unlocked: boolean;
  muted: boolean;
  wanted?: Tone;
}
export type Change = { type: 'gesture' } | { type: 'silenced' } | { type: 'mute'; on: boolean } | { type: 'wanted'; tone?: Tone };

/** after is the ear after a change. Muting changes only what is heard, never what is wanted. */
export function after(ear: Ear, change: Change): Ear {
  switch (change.type) {
    case 'gesture':
      return { ...ear, unlocked: true };
    case 'silenced':
      return { ...ear, unlocked: false };
    case 'mute':
      return { ...ear, muted: change.on };
    case 'wanted':
      return { ...ear, wanted: change.tone };
  }
}

/** heard is what sounds now. */
export const heard = (ear: Ear): Tone | undefined => (ear.unlocked && !ear.muted ? ear.wanted : undefined);

/** toneOf is what the alarms ask for: it sounds until somebody, anywhere, has acknowledged them all. A new incident is seen, not heard. */
export function toneOf(all: Iterable<Shown>): Tone | undefined {
  let tone: Tone | undefined;
  for (const a of all) {
    if (a.state !== 'raised' || a.kind === 'incident') continue;
    if (a.kind === 'sos') return 'sos';
    tone = 'soft';
  }
  return tone;
}

/** Note is one beep: from when to when in s within its round, how high in Hz. */
interface Note { from: number; to: number; hz: number }

/** ROUNDS are what a tone plays, and how long one round takes in s. */
export const ROUNDS: Record<Tone, { every: number; gain: number; wave: OscillatorType; notes: readonly Note[] }> = {
  sos: { every: 2, gain: 0.22, wave: 'square', notes: [{ from: 0, to: 0.35, hz: 960 }, { from: 0.35, to: 0.7, hz: 720 }, { from: 0.7, to: 1.05, hz: 960 }, { from: 1.05, to: 1.4, hz: 720 }] },
  soft: { every: 6, gain: 0.12, wave: 'sine', notes: [{ from: 0, to: 0.22, hz: 587 }, { from: 0.28, to: 0.6, hz: 440 }] },
};

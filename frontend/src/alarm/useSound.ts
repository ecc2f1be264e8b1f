import { computed, effectScope, shallowRef, watch } from 'vue';
import { known } from '../live/alarms';
import { Player } from './player';
import { after, heard, toneOf, type Change, type Ear } from './sound';

const KEPT = 'onemap.muted';
const GESTURES = ['pointerdown', 'keydown'] as const;

/** ear is the one of this console; a page that was touched before it could ask may sound at once. */
export const ear = shallowRef<Ear>({ unlocked: false, muted: localStorage.getItem(KEPT) === '1' });
/** sounding is what is heard now. */
export const sounding = computed(() => heard(ear.value));
const take = (change: Change) => (ear.value = after(ear.value, change));

/** mute silences this console, or lets it be heard again; it holds for the next alarms too, which the chip keeps saying. */
export function mute(on = !ear.value.muted): void {
  take({ type: 'mute', on });
  localStorage.setItem(KEPT, on ? '1' : '0');
}

let player: Player | undefined;
/** unlock opens the sound; only a gesture may. */
export async function unlock(): Promise<void> {
  player ??= new Player();
  const open = await player.unlock((running) => take({ type: running ? 'gesture' : 'silenced' }));
  take({ type: open ? 'gesture' : 'silenced' });
}

function touched(): void {
  if (!ear.value.unlocked) void unlock();
}

let started = false;
/** startSound lets the alarms be heard on this page; calling it again changes nothing. */
export function startSound(): void {
  if (started) return;
  started = true;
  for (const gesture of GESTURES) addEventListener(gesture, touched, true);
  if (navigator.userActivation?.hasBeenActive) void unlock();
  effectScope(true).run(() => {
    watch(() => toneOf(known.value), (tone) => take({ type: 'wanted', tone }), { immediate: true });
    watch(sounding, (tone) => player?.play(tone), { immediate: true });
  });
}

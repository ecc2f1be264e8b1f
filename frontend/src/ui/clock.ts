import { shallowRef } from 'vue';

/** now is the server's time in ms, moving on once a second for the whole page. */
export const now = shallowRef(Date.now());

/** shown is the time in ms of what the screen shows: now, or the moment of the past it is put back to. */
export const shown = shallowRef(now.value);

let offset = 0;
let moment: number | undefined;

/** serverNow is the server's time in ms at this very moment. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** shownNow is the time in ms of what the screen shows at this very moment. */
export function shownNow(): number {
  return moment ?? serverNow();
}

/** setMoment puts the screen's time back to a moment of the past, in ms; undefined: it is now again. */
export function setMoment(ms: number | undefined): void {
  moment = ms;
  shown.value = shownNow();
}

/** setOffset takes over how far the server's clock is ahead of ours, in ms. */
export function setOffset(ms: number): void {
  offset = ms;
  now.value = serverNow();
  shown.value = shownNow();
}

/** startClock lets the page's one clock tick. */
export function startClock(): void {
  const tick = () => {
    now.value = serverNow();
    shown.value = shownNow();
    setTimeout(tick, 1000 - (serverNow() % 1000));
  };
  tick();
}

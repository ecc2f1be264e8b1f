import { shallowRef } from 'vue';

/** now is the server's time in ms, moving on once a second for the whole page. */
export const now = shallowRef(Date.now());

let offset = 0;

/** serverNow is the server's time in ms at this very moment. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** setOffset takes over how far the server's clock is ahead of ours, in ms. */
export function setOffset(ms: number): void {
  offset = ms;
  now.value = serverNow();
}

/** startClock lets the page's one clock tick. */
export function startClock(): void {
  const tick = () => {
    now.value = serverNow();
    setTimeout(tick, 1000 - (serverNow() % 1000));
  };
  tick();
}

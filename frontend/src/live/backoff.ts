const STEPS = [500, 1000, 2000, 4000, 8000, 10_000];
const SPREAD = 0.2;

/** wait is how many ms to stay away before attempt n (from 0), ± 20 % by chance in 0..1. */
export function wait(n: number, chance: number): number {
  const step = STEPS[Math.min(n, STEPS.length - 1)]!;
  return step * (1 - SPREAD + 2 * SPREAD * chance);
}

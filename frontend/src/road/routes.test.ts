import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RouteAnswer } from '../api/road';
import { Ways, type RouteAsk } from './routes';

const ask: RouteAsk = { from: { kind: 'unit', id: 'u1' }, to: { kind: 'incident', id: 'i1' } };

/** town answers with a time that a closure can change, and counts who asked. */
function town() {
  const it = { asked: 0, travel_s: 60, broken: false };
  const ways = new Ways(async () => {
    it.asked++;
    if (it.broken) throw new Error('gone');
    return { reachable: true, travel_s: it.travel_s } as RouteAnswer;
  });
  return { it, ways };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a pointer that only passes asks nothing', async () => {
  const { it, ways } = town();
  ways.show(ask, 'hover');
  await vi.advanceTimersByTimeAsync(100);
  ways.hide('hover');
  await vi.advanceTimersByTimeAsync(1000);
  expect(it.asked).toBe(0);
});

test('a resting pointer asks once, and again only when the answer has grown old', async () => {
  const { it, ways } = town();
  for (const wait of [0, 3000, 12_000]) {
    await vi.advanceTimersByTimeAsync(wait);
    ways.show(ask, 'hover');
    await vi.advanceTimersByTimeAsync(200);
    expect(ways.shown.hover.value?.answer?.travel_s).toBe(60);
    ways.hide('hover');
  }
  expect(it.asked).toBe(2);
});

test('changed roads are asked about at once, and the old way stays until then', async () => {
  const { it, ways } = town();
  ways.show(ask, 'select');
  await vi.advanceTimersByTimeAsync(1);
  it.travel_s = 200;
  ways.refresh();
  expect(ways.shown.select.value?.answer?.travel_s).toBe(60);
  await vi.advanceTimersByTimeAsync(1);
  expect(ways.shown.select.value?.answer?.travel_s).toBe(200);
});

test('a chosen way of a unit follows it', async () => {
  const { it, ways } = town();
  ways.show(ask, 'select');
  await vi.advanceTimersByTimeAsync(45_000);
  expect(it.asked).toBe(3);
});

test('what went wrong stands beside the old answer', async () => {
  const { it, ways } = town();
  ways.show(ask, 'select');
  await vi.advanceTimersByTimeAsync(1);
  it.broken = true;
  ways.refresh();
  await vi.advanceTimersByTimeAsync(1);
  expect(ways.shown.select.value?.failure?.code).toBe('unreachable');
  expect(ways.shown.select.value?.answer?.travel_s).toBe(60);
});

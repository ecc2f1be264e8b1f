import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRunner } from './runner';

interface Run { inputs: string; signal: AbortSignal; finish(answer: string): Promise<void>; fail(): Promise<void> }

function bench() {
  const runs: Run[] = [], log: string[] = [];
  let busy = false;
  const runner = createRunner<string, string>({
    run: (inputs, signal) => new Promise((resolve, reject) => runs.push({
      inputs, signal,
      finish: async (a) => { resolve(a); await vi.advanceTimersByTimeAsync(0); },
      fail: async () => { reject(new Error('no')); await vi.advanceTimersByTimeAsync(0); },
    })),
    done: (i, a) => log.push(`${i}=${a}`),
    failed: (i) => log.push(`${i}!`),
    busy: (is) => { busy = is; },
  });
  return { runner, runs, log, busy: () => busy };
}

describe('runner', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  it('starts at once, then at most once a pause, with the newest inputs', async () => {
    const b = bench();
    b.runner.ask('1');
    expect(b.runs.map((r) => r.inputs)).toEqual(['1']);
    await b.runs[0]!.finish('a');
    b.runner.ask('2');
    b.runner.ask('3');
    expect(b.runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(b.runs.map((r) => r.inputs)).toEqual(['1', '3']);
    await b.runs[1]!.finish('b');
    expect(b.log).toEqual(['1=a', '3=b']);
    expect(b.busy()).toBe(false);
  });

  it('lets a slow run finish before the next', async () => {
    const b = bench();
    b.runner.ask('1');
    b.runner.ask('2');
    await vi.advanceTimersByTimeAsync(1000);
    expect(b.runs).toHaveLength(1);
    await b.runs[0]!.finish('late');
    expect(b.runs.map((r) => r.inputs)).toEqual(['1', '2']);
    expect(b.busy()).toBe(true);
  });

  it('says a failure and goes on', async () => {
    const b = bench();
    b.runner.ask('1');
    await b.runs[0]!.fail();
    expect(b.log).toEqual(['1!']);
    expect(b.busy()).toBe(false);
  });

  it('keeps quiet about a cancelled run', async () => {
    const b = bench();
    b.runner.ask('1');
    b.runner.ask('2');
    b.runner.cancel();
    expect(b.runs[0]!.signal.aborted).toBe(true);
    await b.runs[0]!.finish('x');
    await vi.advanceTimersByTimeAsync(1000);
    expect(b.log).toEqual([]);
    expect(b.runs).toHaveLength(1);
    expect(b.busy()).toBe(false);
  });
});

/** Least pause between two starts while somebody drags (frontend guide §10). */
export const PAUSE_MS = 300;

export interface Runner<I> {
  /** Asks for a run with these inputs; only the newest of several waiting ones is run. */
  ask(inputs: I): void;
  /** Ends the run under way and forgets the one that waits. */
  cancel(): void;
}

interface Hooks<I, A> {
  run(inputs: I, signal: AbortSignal): Promise<A>;
  done(inputs: I, answer: A): void;
  failed(inputs: I, cause: unknown): void;
  /** true from the first ask until nothing runs or waits. */
  busy(is: boolean): void;
}

/**
 * Runs one at a time and starts at most once a pause. A run under way is let finish, so that figures keep
 * coming while a candidate is dragged; what was asked meanwhile starts behind it with the newest inputs.
 */
export function createRunner<I, A>(hooks: Hooks<I, A>, pause = PAUSE_MS): Runner<I> {
  let waiting: { inputs: I } | undefined;
  let underWay: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastStart = -Infinity;

  function plan(): void {
    if (underWay || timer !== undefined || !waiting) return;
    const wait = lastStart + pause - performance.now();
    if (wait <= 0) return start();
    timer = setTimeout(() => {
      timer = undefined;
      start();
    }, wait);
  }

  function start(): void {
    if (!waiting) return;
    const { inputs } = waiting;
    const mine = new AbortController();
    waiting = undefined;
    underWay = mine;
    lastStart = performance.now();
    hooks
      .run(inputs, mine.signal)
      .then(
        (answer) => mine.signal.aborted || hooks.done(inputs, answer),
        (cause: unknown) => mine.signal.aborted || hooks.failed(inputs, cause),
      )
      .finally(() => {
        if (underWay !== mine) return;
        underWay = undefined;
        if (waiting) plan();
        else hooks.busy(false);
      });
  }

  return {
    ask(inputs) {
      waiting = { inputs };
      hooks.busy(true);
      plan();
    },
    cancel() {
      clearTimeout(timer);
      timer = waiting = undefined;
      underWay?.abort();
      underWay = undefined;
      hooks.busy(false);
    },
  };
}

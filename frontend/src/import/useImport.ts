import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { once } from '../api/client';
import { ApiProblem } from '../api/problem';
import { session } from '../api/session';
import type { LedgerCode } from '../api/types';
import { forget, keep, keptOf } from './draft';
import { apply, cameAt, compare, drop, inTurn, pause, put, read, start, type Diff, type Job, type Key, type Reading, type Report } from './job';
import { draftOf, mappingOf, type Draft } from './mapping';

const BEAT = 500; // ms between two looks at a reading

/** What is under way; an import is one thing after another. */
export type Busy = '' | 'sending' | 'opening' | 'comparing' | 'applying' | 'dropping';

/** One import from its file to its rows in the ledger. tell hears its id, empty for none, whether it was compared, and when its rows came in. */
export function useImport(tell: (id: string, compared: boolean, since?: string) => void) {
  const job = shallowRef<Job>(), draft = shallowRef<Draft>(), touched = shallowRef<ReadonlySet<string>>(new Set());
  const diff = shallowRef<Diff>(), report = shallowRef<Report>();
  const busy = ref<Busy>(''), waits = ref(false), failure = shallowRef<ApiProblem>();
  const file = shallowRef<File>();
  let stop = new AbortController(), sent: { file: File; how: string; key: Key } | undefined, applying: Key | undefined;

  const errors = computed(() => report.value?.errors.length ? report.value.errors : (diff.value?.errors ?? []));

  /** run does one thing; what was under way is called off, and says nothing any more. */
  async function run(what: Busy, act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    stop.abort();
    const mine = (stop = new AbortController());
    [busy.value, failure.value] = [what, undefined];
    try {
      await act(mine.signal);
    } catch (cause) {
      if (mine.signal.aborted) return;
      if (!(cause instanceof ApiProblem)) throw cause;
      failure.value = cause;
    } finally {
      if (stop === mine) busy.value = '';
    }
  }

  function show(now: Job): void {
    const fresh = now.id !== job.value?.id || !draft.value;
    job.value = now;
    if (!now.shape || !now.mapping || !fresh) return;
    const kept = keptOf(now.id);
    draft.value = kept?.draft ?? draftOf(now.shape, now.mapping);
    touched.value = new Set(kept?.touched);
  }

  /** follow looks at an import until it is read; an answer that does not come is asked for again. */
  async function follow(id: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        show(await read(id, signal));
        failure.value = undefined;
      } catch (cause) {
        if (!(cause instanceof ApiProblem) || cause.status !== 0 || !job.value) throw cause;
        failure.value = cause;
      }
      if (job.value?.state !== 'reading') return;
      await pause(BEAT, signal);
    }
  }

  function clear(): void {
    [job.value, draft.value, diff.value, report.value] = [undefined, undefined, undefined, undefined];
    applying = undefined;
    touched.value = new Set();
  }

  /** send takes a file; an import of the same page that stood before is dropped. */
  const send = (ledger: LedgerCode, from: File, how: Reading) =>
    run('sending', async (signal) => {
      const before = job.value?.id;
      file.value = from;
      const said = JSON.stringify([ledger, how]);
      if (sent?.file !== from || sent.how !== said || before) sent = { file: from, how: said, key: once() };
      const { key } = sent;
      if (before) await drop(before).catch(() => undefined);
      forget();
      clear();
      const taken = await inTurn(() => start(ledger, from, how, key, signal), (is) => (waits.value = is), signal);
      sent = undefined;
      show(taken);
      tell(taken.id, false);
      busy.value = '';
      await follow(taken.id, signal);
    });

  /** open comes back to an import, and to its comparison. */
  const open = (id: string, compared: boolean) =>
    run('opening', async (signal) => {
      clear();
      try {
        await follow(id, signal);
      } catch (cause) {
        if (cause instanceof ApiProblem && cause.status === 404) tell('', false);
        throw cause;
      }
      if (compared && job.value?.state === 'ready') await check();
    });

  const check = () =>
    run('comparing', async (signal) => {
      const now = job.value, asked = draft.value;
      if (!now || !asked) return;
      report.value = undefined;
      const mapped = await put(now.id, mappingOf(asked), signal);
      const found = await inTurn(() => compare(now.id, signal), (is) => (waits.value = is), signal);
      if (draft.value !== asked) return; // changed meanwhile: another question
      [job.value, diff.value, applying] = [mapped, found, undefined];
      tell(now.id, true);
    });

  const take = () =>
    run('applying', async (signal) => {
      const now = job.value;
      if (!now || !diff.value) return;
      applying ??= once(); // kept, so that a lost answer is asked for again
      const key = applying;
      report.value = await inTurn(() => apply(now.id, key, signal), (is) => (waits.value = is), signal);
      applying = undefined;
      if (report.value.dry_run) return;
      forget();
      job.value = { ...now, state: 'applied', seq: report.value.seq };
      const first = diff.value.new_rows[0] ?? diff.value.changed_rows[0];
      tell(now.id, false, first && (await cameAt(now.ledger, first.code).catch(() => '')));
    });

  /** end forgets the import, at whatever step; what was applied stays in the ledger. */
  const end = () =>
    run('dropping', async () => {
      const id = job.value?.id ?? (sent && sent.key['Idempotency-Key']);
      if (id) await drop(id).catch((cause: unknown) => {
        if (!(cause instanceof ApiProblem) || cause.status !== 404) throw cause;
      });
      sent = undefined;
      file.value = undefined;
      forget();
      clear();
      tell('', false);
    });

  /** edit changes the draft: what was compared before is no longer what would happen. */
  function edit(next: Draft, column?: string): void {
    draft.value = next;
    [diff.value, report.value] = [undefined, undefined];
    if (busy.value === 'comparing') {
      stop.abort();
      busy.value = '';
    }
    if (column) touched.value = new Set(touched.value).add(column);
    if (job.value) keep(job.value.id, next, touched.value);
  }

  watch(session, (now) => now || forget());
  onScopeDispose(() => stop.abort());
  return { job, draft, touched, diff, report, errors, busy, waits, failure, file, send, open, check, take, end, edit };
}

export type Import = ReturnType<typeof useImport>;

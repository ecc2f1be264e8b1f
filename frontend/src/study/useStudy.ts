import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue';
import { api, ask as asked } from '../api/client';
import { ApiProblem } from '../api/problem';
import { session } from '../api/session';
import { copy, runnable, same, thresholds, toQuery, type Inputs } from './inputs';
import { createRunner } from '../api/runner';
import { alike, at, limitOf, nextName, type Answer, type Variant } from './variants';

export type Study = ReturnType<typeof useStudy>;

const SETTLE = 400; // ms the inputs rest before outlines are worth their time

/** A figure and what it was asked with. */
interface Outcome { inputs: Inputs; answer: Answer }

/**
 * One study at the desk: a draft of inputs that is measured as it changes, figures first and outlines of gaps
 * once it rests, and the variants kept of it. The first answer becomes the baseline. Variants last as long as the page.
 */
export function useStudy(start: Inputs) {
  const inputs = reactive(start) as Inputs;
  const latest = shallowRef<Outcome>();
  const busy = ref(false), drawing = ref(false), failure = ref('');
  let outline = new AbortController(), settling = 0;
  const variants = shallowRef<readonly Variant[]>([]);
  const baseId = ref('');
  const hovered = ref('');
  const wanted = ref(thresholds(start)[1] ?? thresholds(start)[0] ?? 0);
  /** The time of every cell is shown in place of the shares, where there is one. */
  const timed = ref(true);

  const fail = (cause: unknown) => void (failure.value = cause instanceof ApiProblem ? cause.text : String(cause));
  const ask = (i: Inputs, gaps: boolean, signal: AbortSignal) => asked(api.POST('/api/coverage', { body: toQuery(i, gaps), signal }));
  const runner = createRunner<Inputs, Answer>({
    run: (i, signal) => ask(i, false, signal),
    done: (i, answer) => take({ inputs: i, answer }),
    failed: (_, cause) => fail(cause),
    busy: (is) => (busy.value = is),
  });
  onScopeDispose(cancel);

  function take(o: Outcome): void {
    failure.value = '';
    latest.value = o;
    if (!variants.value.length) baseId.value = add('A', o);
    outline.abort();
    clearTimeout(settling);
    settling = window.setTimeout(() => void drawGaps(o), SETTLE);
  }

  /** Asks for the outlines of the gaps once the inputs rest, and puts them where the bare figures stood. */
  async function drawGaps(o: Outcome): Promise<void> {
    const mine = (outline = new AbortController());
    drawing.value = true;
    try {
      const whole = await ask(o.inputs, true, mine.signal);
      if (mine.signal.aborted) return;
      variants.value = variants.value.map((v) => (v.answer === o.answer ? Object.freeze({ ...v, answer: whole }) : v));
      if (latest.value === o) latest.value = { inputs: o.inputs, answer: whole };
    } catch (cause) {
      if (!mine.signal.aborted) fail(cause);
    } finally {
      if (outline === mine) drawing.value = false;
    }
  }

  function cancel(): void {
    runner.cancel();
    outline.abort();
    clearTimeout(settling);
    drawing.value = false;
  }

  function add(name: string, o: Outcome): string {
    const id = crypto.randomUUID();
    const made: Variant = { id, name, inputs: copy(o.inputs), answer: o.answer, by: session.value?.display ?? '' };
    variants.value = [...variants.value, Object.freeze(made)];
    return id;
  }

  /** Measures the inputs as they stand, also when nothing was changed: the data may have. */
  function run(): void {
    if (runnable(inputs)) runner.ask(copy(inputs));
  }

  /** Keeps the newest answer as a variant; one that is already kept is not kept twice. */
  function keep(): void {
    const o = latest.value;
    if (o && !kept.value) add(nextName(variants.value.map((v) => v.name)), o);
  }

  function show(v: Variant): void {
    cancel();
    failure.value = '';
    const o = { inputs: copy(v.inputs), answer: v.answer };
    latest.value = o;
    Object.assign(inputs, copy(v.inputs));
    if (!v.answer.results[0]?.gaps) void drawGaps(o);
  }

  function remove(id: string): void {
    if (id !== baseId.value) variants.value = variants.value.filter((v) => v.id !== id);
  }

  const hover = (division: string) => void (hovered.value = division);
  const want = (limit: number) => void (wanted.value = limit);
  const showTimes = (on: boolean) => void (timed.value = on);
  const setBase = (id: string) => void (baseId.value = id);

  const base = computed(() => variants.value.find((v) => v.id === baseId.value));
  const kept = computed(() => variants.value.find((v) => v.answer === latest.value?.answer));
  /** The figures on the screen are not those of the inputs. */
  const old = computed(() => !!latest.value && !same(latest.value.inputs, inputs));
  /** Cells are to be shown by the time to them; their times come with the outlines, after the figures. */
  const byCell = computed(() => timed.value && latest.value?.answer.basis === 'road');
  const arrivals = computed(() => (byCell.value ? latest.value?.answer.arrivals : undefined));
  const result = computed(() => at(latest.value?.answer, wanted.value) ?? latest.value?.answer.results[0]);
  const baseResult = computed(() => (result.value ? at(alike(base.value?.answer, latest.value?.answer), limitOf(result.value)) : undefined));

  let measured = start.basis;
  watch(inputs, () => {
    const now = thresholds(inputs);
    // minutes are no metres: by another measure the middle threshold is shown, as at first
    if (inputs.basis !== measured) wanted.value = now[1] ?? now[0] ?? 0;
    else if (!now.includes(wanted.value)) wanted.value = closest(now, wanted.value);
    measured = inputs.basis;
    if (!runnable(inputs)) cancel();
    else if (!latest.value || old.value) run();
  });
  return { inputs, latest, busy, drawing, failure, variants, baseId, base, kept, old, result, baseResult, hovered, wanted, timed, byCell, arrivals, run, cancel, keep, show, remove, hover, want, showTimes, setBase };
}

const closest = (all: number[], x: number): number => all.reduce((a, b) => (Math.abs(b - x) < Math.abs(a - x) ? b : a), all[0] ?? 0);

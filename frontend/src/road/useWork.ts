import type { Geometry } from 'geojson';
import { computed, onUnmounted, ref, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiProblem, unreachable, wordsOf } from '../api/problem';
import { previewClosure, type Closure, type ClosurePreview } from '../api/road';
import { session } from '../api/session';
import type { LonLat } from '../api/types';
import { uuid7 } from '../api/uuid';
import type { OneMap } from '../map/createMap';
import { drawPreview } from '../map/roadLines';
import { startSketch } from '../map/roadSketch';
import { serverNow } from '../ui/clock';
import { closures } from './closures';
import { readEntry, sender } from './commands';
import type { Work } from './desk';
import { codeOf, draftOf, freeName, geometryOf, LARGE, newDraft, propertiesOf, type Shape } from './draft';

const REST = 180; // ms without a new vertex before the preview is asked for
const PATIENCE = 4000; // ms saving waits for the names of the roads

/** useWork is one closure in hand: drawn on the map, previewed as it grows, and saved. */
export function useWork(one: OneMap, work: Work, divisionAt: (p: LonLat) => string, done: (id: string, at: LonLat) => void, cancel: () => void) {
  const { t } = useI18n();
  const before = work.entry?.properties as Partial<Closure> | undefined;
  const id = work.entry?.id ?? uuid7();
  const version = ref(work.entry?.version);
  const shape = ref<Shape>(work.shape);
  const kept = shallowRef(work.entry?.geometry as unknown as Geometry | undefined); // until something else is drawn
  const points = shallowRef<readonly LonLat[]>([]);
  const closed = ref(!!kept.value);
  const geometry = computed(() => kept.value ?? geometryOf(shape.value, points.value));
  const draft = ref(before ? draftOf(before) : { ...newDraft(), verifiedBy: session.value?.display ?? '' });
  const named = ref(!!before); // a person has written the name
  const preview = shallowRef<ClosurePreview>();
  const looking = ref(false);
  const problem = shallowRef<ApiProblem>();
  const errors = ref<Record<string, string>>({});
  const busy = ref(false);
  const confirm = ref<'' | 'large' | 'beside'>('');
  const send = sender();
  let call: AbortController | undefined;
  let due = 0;
  let seen: Promise<void> = Promise.resolve();

  const sketch = startSketch(one, {
    change(now, finished) {
      if (now.length) kept.value = undefined;
      points.value = now;
      closed.value = finished || !!kept.value;
    },
    cancel: () => (confirm.value ? void (confirm.value = '') : cancel()),
  });
  sketch.start(shape.value, work.at && shape.value === 'point' ? [work.at] : []);

  /** take starts anew with another shape. */
  function take(next: Shape): void {
    shape.value = next;
    [kept.value, preview.value] = [undefined, undefined];
    sketch.start(next);
  }

  const what = computed(() => geometry.value && {
    geometry: geometry.value as never, ...(draft.value.along ? { along: true } : {}), ...(draft.value.structures ? { structures: true } : {}),
    ...(draft.value.heading === '' ? {} : { heading_deg: Number(draft.value.heading) }),
  });
  watch(what, (body) => {
    clearTimeout(due);
    call?.abort();
    confirm.value = '';
    looking.value = !!body;
    if (!body) return void (preview.value = undefined);
    seen = new Promise((ready) => {
      due = window.setTimeout(() => void look(body).finally(ready), REST);
    });
  }, { immediate: true });
  watch(preview, (p) => drawPreview(one, p));

  async function look(body: NonNullable<typeof what.value>): Promise<void> {
    const mine = (call = new AbortController());
    try {
      const found = await previewClosure(body, mine.signal);
      if (mine.signal.aborted) return;
      [preview.value, problem.value] = [found, undefined];
      const name = found.names.length ? t('road.name_of', { roads: found.names.slice(0, 2).join(t('eta.and')) }) : t('road.unnamed');
      if (!named.value) draft.value.name = freeName(name, (closures.value ?? []).filter((c) => c.id !== id).map((c) => c.name));
    } catch (cause) {
      if (mine.signal.aborted) return;
      [preview.value, problem.value] = [undefined, problemOf(cause)];
    } finally {
      if (!mine.signal.aborted) looking.value = false;
    }
  }

  /** save sends the closure; a large one, and one beside every road, is asked about first. */
  async function save(sure = false): Promise<void> {
    if (!geometry.value || !closed.value || busy.value) return;
    busy.value = true;
    try {
      await Promise.race([seen, new Promise((late) => setTimeout(late, PATIENCE))]);
      if (!draft.value.name && !named.value) draft.value.name = t('road.unnamed');
      const { properties, errors: wrong } = propertiesOf(draft.value, serverNow(), before);
      errors.value = Object.fromEntries(Object.entries(wrong).map(([k, key]) => [k, t(key)]));
      if (Object.keys(wrong).length) return;
      const n = preview.value?.segments;
      if (!sure && n !== undefined && (n === 0 || n > LARGE)) return void (confirm.value = n ? 'large' : 'beside');
      confirm.value = '';
      await put(properties);
    } finally {
      busy.value = false;
    }
  }

  async function put(properties: Partial<Closure>): Promise<void> {
    const g = geometry.value!;
    const at = firstOf(g);
    const head = before ? {} : { code: codeOf(id, serverNow()), division: divisionAt(at), source_datum: 'wgs84' as const, sensitivity: 0 };
    problem.value = undefined;
    try {
      await send(id, g, { ...head, ...properties }, version.value);
      done(id, at);
    } catch (cause) {
      problem.value = problemOf(cause);
      errors.value = Object.fromEntries(problem.value.fields.map((f) => [f.path.replace(/^(body\.)?properties\./, ''), wordsOf(f)]));
    }
  }

  /** overwrite puts the draft on top of what someone else saved meanwhile. */
  async function overwrite(): Promise<void> {
    try {
      version.value = (await readEntry(id)).version;
    } catch (cause) {
      problem.value = problemOf(cause);
      return;
    }
    await save(true);
  }

  onUnmounted(() => {
    clearTimeout(due);
    call?.abort();
    sketch.stop();
    drawPreview(one, undefined);
  });
  return { shape, points, closed, geometry, draft, named, preview, looking, problem, errors, busy, confirm, sketch, take, save, overwrite };
}

const problemOf = (cause: unknown) => (cause instanceof ApiProblem ? cause : unreachable(cause));

/** firstOf is the first position of a geometry. */
function firstOf(g: Geometry): LonLat {
  let c: unknown = g.type === 'GeometryCollection' ? [] : g.coordinates;
  while (Array.isArray(c) && Array.isArray(c[0])) c = c[0];
  const [lon = NaN, lat = NaN] = c as number[];
  return [lon, lat];
}

import type { Geometry } from 'geojson';
import { computed, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, ask, once, seen } from '../api/client';
import { ApiProblem, wordsOf } from '../api/problem';
import type { Datum, EntryFeature } from '../api/types';
import { uuid7 } from '../api/uuid';
import type { Ledger } from './fields';
import { fromForm, toForm, type Form, type Properties } from './form';
import { changed, clashes, settle, type Side } from './merge';

/** Check finds what is wrong in a ledger's own parts: words by path. */
export type Check = (properties: Properties) => Record<string, string>;
/** OwnPart is what a form of its own gets to edit one part of an entry. */
export interface OwnPart { field: string; value: unknown; set: (v: unknown) => void; errors: Readonly<Record<string, string>> }

interface Draft { form: Form; geometry?: Geometry; datum: Datum }

/** One entry at the desk: read, edited as a draft, saved against the version that was seen. */
export function useEntry(ledger: Ledger, check?: Check) {
  const { t } = useI18n();
  const id = ref(''), entry = shallowRef<EntryFeature>();
  const draft = ref<Draft>({ form: toForm(ledger, {}), datum: 'wgs84' });
  const base = shallowRef<Draft>(draft.value);
  const theirs = shallowRef<EntryFeature>();
  const busy = ref(false), failure = ref('');
  const errors = ref<Record<string, string>>({});
  let pending: { body: string; header: ReturnType<typeof once> } | undefined;

  const before = computed(() => (entry.value?.properties ?? {}) as Properties);
  const draftOf = (e: EntryFeature): Draft => ({ form: toForm(ledger, e.properties as Properties), geometry: e.geometry as Geometry, datum: 'wgs84' });
  const moved = (a: Draft, b: Draft) => JSON.stringify(a.geometry) !== JSON.stringify(b.geometry);
  const dirty = computed(() => changed(ledger, base.value.form, draft.value.form) || moved(base.value, draft.value));

  function start(from: Draft): void {
    base.value = from;
    draft.value = structuredClone(from);
    [theirs.value, errors.value, failure.value, pending] = [undefined, {}, '', undefined];
  }

  function create(preset: Properties, geometry?: Geometry): void {
    [id.value, entry.value] = [uuid7(), undefined];
    start({ form: toForm(ledger, { sensitivity: 1, ...preset }), geometry, datum: 'wgs84' });
  }

  async function read(which: string): Promise<void> {
    await guarded(async () => {
      const e = await ask(api.GET('/api/ledgers/{ledger}/{id}', { params: { path: { ledger, id: which } } }));
      [id.value, entry.value] = [which, e];
      start(draftOf(e));
    });
  }

  /** Saves the draft and answers whether it is in the journal. The same draft sent again is the same command. */
  async function save(): Promise<boolean> {
    const { properties, errors: wrong } = fromForm(ledger, draft.value.form, before.value);
    errors.value = Object.fromEntries(Object.entries(wrong).map(([path, code]) => [path, t(`ledger.wrong.${code}`)]));
    Object.assign(errors.value, check?.(properties));
    if (!draft.value.geometry) errors.value['geometry'] = t('ledger.wrong.place');
    if (Object.keys(errors.value).length) return false;
    properties['source_datum'] = !entry.value || moved(base.value, draft.value) ? draft.value.datum : before.value['source_datum'];
    return guarded(async () => {
      const body = { type: 'Feature' as const, geometry: draft.value.geometry!, properties };
      const text = JSON.stringify(body);
      if (pending?.body !== text) pending = { body: text, header: entry.value ? seen(entry.value.version) : once() };
      const path = { ledger, id: id.value };
      await ask(api.PUT('/api/ledgers/{ledger}/{id}', { params: { path, header: pending.header }, body: body as never }));
      pending = undefined;
      await read(id.value);
    });
  }

  async function remove(): Promise<boolean> {
    return guarded(async () => {
      await ask(api.DELETE('/api/ledgers/{ledger}/{id}', { params: { path: { ledger, id: id.value }, header: seen(entry.value!.version) } }));
    });
  }

  async function guarded(act: () => Promise<void>): Promise<boolean> {
    [busy.value, failure.value] = [true, ''];
    try {
      await act();
      return true;
    } catch (cause) {
      await refused(cause);
      return false;
    } finally {
      busy.value = false;
    }
  }

  async function refused(cause: unknown): Promise<void> {
    failure.value = cause instanceof ApiProblem ? cause.text : String(cause);
    if (!(cause instanceof ApiProblem)) return;
    for (const f of cause.fields) errors.value[f.path.replace(/^(body\.)?properties\./, '')] = wordsOf(f);
    if (cause.status === 409 && entry.value) theirs.value = (cause.problem.current as EntryFeature | undefined) ?? theirs.value;
    if (cause.status > 0) pending = undefined; // it was answered; only a lost answer is asked for again
  }

  const clash = computed(() => (theirs.value ? clashes(ledger, base.value.form, draft.value.form, toForm(ledger, theirs.value.properties as Properties)) : []));
  /** The place was changed on both sides, or only there: the person says whose counts. */
  const placeClash = computed(() => !!theirs.value && JSON.stringify(theirs.value.geometry) !== JSON.stringify(draft.value.geometry));

  /** Takes the other version as the ground and puts the chosen sides on it; nothing is sent yet. */
  function resolve(choice: Record<string, Side>, place: Side): void {
    const other = theirs.value;
    if (!other) return;
    const mine = draft.value, ground = draftOf(other);
    const form = settle(ground.form, clash.value, choice);
    entry.value = other;
    start(ground);
    draft.value = { form, geometry: place === 'mine' ? mine.geometry : ground.geometry, datum: place === 'mine' ? mine.datum : 'wgs84' };
  }

  return { id, entry, draft, dirty, theirs, clash, placeClash, busy, failure, errors, create, read, save, remove, resolve };
}

import type { Geometry } from 'geojson';
import { api, ask, once, seen } from '../api/client';
import { may } from '../api/session';
import type { Closure } from '../api/road';
import type { EntryFeature, Receipt } from '../api/types';

type Properties = Partial<Closure>;

/** mayClose says whether the one at the screen may close roads. */
export const mayClose = (): boolean => may('closure.edit') || may('ledger.edit');

const path = (id: string) => ({ ledger: 'closure' as const, id });

/** readEntry is a closure as its ledger has it now. */
export const readEntry = (id: string): Promise<EntryFeature> => ask(api.GET('/api/ledgers/{ledger}/{id}', { params: { path: path(id) } }));

/** sender sends one closure; the same sent again, after a lost answer, is the same command. */
export function sender(): (id: string, geometry: Geometry, properties: Properties, version?: number) => Promise<Receipt> {
  let last: { text: string; header: ReturnType<typeof once> } | undefined;
  return (id, geometry, properties, version) => {
    const body = { type: 'Feature' as const, geometry, properties };
    const text = JSON.stringify([id, version, body]);
    if (last?.text !== text) last = { text, header: version === undefined ? once() : seen(version) };
    return ask(api.PUT('/api/ledgers/{ledger}/{id}', { params: { path: path(id), header: last.header }, body: body as never }));
  };
}

/** change sets some properties of a closure against the version it stands at now; it returns what stood there before. */
export async function change(id: string, set: Properties): Promise<EntryFeature> {
  const entry = await readEntry(id);
  const properties = Object.fromEntries(Object.entries({ ...(entry.properties as Properties), ...set }).filter(([, v]) => v !== undefined));
  await sender()(id, entry.geometry as unknown as Geometry, properties, entry.version);
  return entry;
}

/** restore puts a closure back to how it was before a change. */
export async function restore(before: EntryFeature): Promise<void> {
  const now = await readEntry(before.id);
  await sender()(before.id, before.geometry as unknown as Geometry, before.properties as Properties, now.version);
}

/** remove takes a closure off its ledger. */
export async function remove(id: string, version: number): Promise<void> {
  await ask(api.DELETE('/api/ledgers/{ledger}/{id}', { params: { path: path(id), header: seen(version) } }));
}

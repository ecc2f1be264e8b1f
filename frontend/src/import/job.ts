import { api, ask, once } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { components } from '../api/schema';
import type { LedgerCode } from '../api/types';

type Schemas = components['schemas'];
export type Job = Schemas['ImportJob'];
export type Shape = Schemas['ImportShape'];
export type Mapping = Schemas['ImportMapping'];
export type Unit = Schemas['ImportUnit'];
export type Diff = Schemas['ImportDiff'];
export type DiffRow = Schemas['ImportRow'];
export type Report = Schemas['ImportReport'];
export type RowError = Schemas['RowError'];
export type Key = ReturnType<typeof once>;

/** What the server takes. */
export const MAX_BYTES = 64 * 1024 * 1024;
export const MAX_ROWS = 200_000;
/** Rows of each kind that a comparison lists, and bad rows it names. */
export const SHOWN = 200;
export const NAMED = 1000;

const PATIENCE = 300_000; // ms for the largest file
const TURN = 3000; // ms until one asks again whether the other import has ended
const TURNS = 60;

/** How a file is to be read; what is absent the server finds out. */
export interface Reading { layer?: string; header?: number; encoding?: 'utf-8' | 'gbk' }

const patient = (request: Request): Promise<Response> => fetch(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE)]) }));
const at = (id: string) => ({ params: { path: { id } } });

export const list = () => ask(api.GET('/api/imports')).then((answer) => answer.imports);
export const read = (id: string, signal: AbortSignal) => ask(api.GET('/api/imports/{id}', { ...at(id), signal }));
export const drop = (id: string) => ask(api.DELETE('/api/imports/{id}', at(id)));
export const put = (id: string, mapping: Mapping, signal: AbortSignal) => ask(api.PUT('/api/imports/{id}/mapping', { ...at(id), body: mapping, signal }));
export const kept = (ledger: LedgerCode) => ask(api.GET('/api/import-mappings', { params: { query: { ledger } } })).then((answer) => answer.mappings);
export const compare = (id: string, signal: AbortSignal) =>
  ask(api.GET('/api/imports/{id}/diff', { params: { path: { id }, query: { limit: SHOWN } }, signal, fetch: patient }));
export const apply = (id: string, header: Key, signal: AbortSignal) =>
  ask(api.POST('/api/imports/{id}/apply', { params: { path: { id }, header }, signal, fetch: patient }));

/** cameAt is when the entry of a code was last recorded, which all that came in with it share; empty when it is not found. */
export async function cameAt(ledger: LedgerCode, code: string): Promise<string> {
  const page = await ask(api.GET('/api/ledgers/{ledger}', { params: { path: { ledger }, query: { q: code, limit: 200, geometry: false } } }));
  return page.features.find((f) => f.properties.code === code)?.recorded_at ?? '';
}

/** Sends a file as it is; the same key again is answered with the same import. */
export function start(ledger: LedgerCode, file: File, how: Reading, header: Key, signal: AbortSignal): Promise<Job> {
  return ask(
    api.POST('/api/imports', {
      params: { query: { ledger, file: file.name.slice(-200), ...how }, header },
      headers: { 'Content-Type': 'application/octet-stream' },
      body: file as never,
      bodySerializer: (body: unknown) => body as never,
      fetch: patient,
      signal,
    }),
  );
}

/** inTurn asks again while another import has the server to itself; waits tells that it does. */
export async function inTurn<T>(call: () => Promise<T>, waits: (is: boolean) => void, signal: AbortSignal): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await call();
    } catch (cause) {
      if (!(cause instanceof ApiProblem) || cause.code !== 'import_running' || turn >= TURNS) throw cause;
      waits(true);
      await pause(TURN, signal);
    } finally {
      waits(false);
    }
  }
}

/** pause rejects as soon as it is called off. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const over = () => fail(signal.reason as Error);
    if (signal.aborted) return over();
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', over);
      done();
    }, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), over()), { once: true });
  });
}

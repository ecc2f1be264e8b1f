import { api, ask, once } from '../api/client';
import type { components } from '../api/schema';
import type { Datum } from '../api/types';
import type { Ledger } from './fields';

export type Report = components['schemas']['ImportReport'];
export type Format = components['schemas']['FileFormat'];

export const MAX_BYTES = 64 * 1024 * 1024; // what the server takes
const PATIENCE = 300_000; // ms for the largest file

/** The format a file's name speaks of; undefined when it says nothing we take. */
export function formatOf(name: string): Format | undefined {
  if (/\.csv$/i.test(name)) return 'csv';
  if (/\.(geo)?json$/i.test(name)) return 'geojson';
  return undefined;
}

const patient = (request: Request): Promise<Response> => fetch(new Request(request, { signal: AbortSignal.timeout(PATIENCE) }));

/** Sends a file as it is; the header of a real run is kept by the caller, so that a lost answer can be asked for again. */
export function send(ledger: Ledger, file: File, format: Format, datum: Datum, dryRun: boolean, header = once()): Promise<Report> {
  return ask(
    api.POST('/api/ledgers/{ledger}/import', {
      params: { path: { ledger }, query: { datum, dry_run: dryRun }, header },
      headers: { 'Content-Type': format === 'csv' ? 'text/csv' : 'application/geo+json' },
      body: file as never,
      bodySerializer: (body: unknown) => body as never,
      fetch: patient,
    }),
  );
}

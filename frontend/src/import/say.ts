import { csv } from '../ui/csv';
import type { DiffRow, RowError } from './job';
import type { Target } from './mapping';

/** Change is one line of what differs: a field of a row, before and after. */
export interface Change { id: string; row: DiffRow; first: boolean; field: string; old: string; new: string }

const NOTHING = '–';

/** said is a value of the wire in words: a code's word, a text without its quotes, a list or a shape as JSON. */
export function said(json: string | undefined, target?: Target): string {
  if (json === undefined || json === 'null') return NOTHING;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return json; // cut by the server
  }
  if (typeof value === 'object') return pointOf(value) ?? json;
  const text = String(value);
  return target?.choices?.find((c) => c.value === text)?.label ?? text;
}

function pointOf(value: unknown): string | undefined {
  const at = value as { type?: unknown; coordinates?: unknown };
  if (at.type !== 'Point' || !Array.isArray(at.coordinates)) return undefined;
  return at.coordinates.map((v) => Number(v).toFixed(6)).join(', ');
}

/** changesOf puts each field that differs on a line of its own. */
export function changesOf(rows: readonly DiffRow[], targets: ReadonlyMap<string, Target>): Change[] {
  return rows.flatMap((row) =>
    row.fields.map((f, i): Change => ({
      id: `${row.code}/${f.field}`, row, first: i === 0, field: f.field, old: said(f.old, targets.get(f.field)), new: said(f.new, targets.get(f.field)),
    })));
}

/** wrong is what is wrong with a row in the page's language; the server's detail is English. */
export const wrong = (e: RowError, locale: string): string => (locale === 'en' || !e.title ? e.text : e.title);

/** errorFile is the list of bad rows as a CSV file under these heads. */
export function errorFile(heads: readonly string[], errors: readonly RowError[], locale: string, field: (path: string) => string): string {
  return csv([[...heads], ...errors.map((e) => [e.row, e.column ?? '', field(e.path), e.value ?? '', wrong(e, locale), e.code])]);
}

/** What the reader notes in English, and under which key the page says it; (…) are the values, in order. */
const NOTES: readonly (readonly [RegExp, string])[] = [
  [/^read as GB18030$/, 'gb18030'],
  [/^no \.prj: /, 'no_prj'],
  [/^(\d+) pieces of a track with fewer than two points were left out$/, 'short_tracks'],
  [/^(\d+) empty cells of merged ranges were given the range's text$/, 'merged'],
  [/^heights or measures dropped from (\d+) shapes$/, 'heights'],
  [/^the file has (\d+) layers; the first was read$/, 'layers'],
  [/^(\d+) rows marked as deleted were left out$/, 'deleted'],
  [/^(\d+) links to other files were not followed$/, 'links'],
  [/^coordinates brought from (\w+) to wgs84$/, 'brought'],
  [/^the file says (\w+); as asked, its coordinates were read as (\w+)$/, 'against'],
];

/** noted finds the words of a note; undefined: there are none in this language. */
export function noted(note: string): { key: string; values: string[] } | undefined {
  for (const [form, key] of NOTES) {
    const found = form.exec(note);
    if (found) return { key: `import.notes.${key}`, values: found.slice(1) };
  }
  return undefined;
}

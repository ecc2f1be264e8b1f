import { NUMERIC } from './codes';
import { DETAIL, HEAD, isSimple, type Field, type Ledger, type Own, type Simple } from './fields';

/** What stands in an input: text for nearly all, as typed; numbers only become numbers when sent. */
export type Value = string | boolean;
export type Part = Record<string, Value>;
/** What a form of its own edits, as on the wire. */
export interface Owned { own: unknown }
export type Form = Record<string, Value | Part | Part[] | Owned>;
export type Properties = Record<string, unknown>;
/** Message keys by path, as the server writes paths: stock[2].quantity. */
export type Errors = Record<string, 'required' | 'number' | 'range' | 'pattern' | 'date'>;

export const fieldsOf = (ledger: Ledger): Field[] => [...HEAD, ...DETAIL[ledger]];

export const emptyPart = (fields: readonly Simple[]): Part =>
  Object.fromEntries(fields.map((f) => [f.name, f.kind === 'bool' ? false : '']));

/** Fills a form from an entry's properties; an absent property is an empty input. */
export function toForm(ledger: Ledger, properties: Properties): Form {
  return Object.fromEntries(fieldsOf(ledger).map((f) => [f.name, shown(f, properties[f.name])]));
}

function shown(f: Field, v: unknown): Form[string] {
  if (f.kind === 'own') return { own: v };
  if (f.kind === 'group') return part(f.fields, v);
  if (f.kind === 'lines') return Array.isArray(v) ? v.map((line) => part(f.fields, line)) : [];
  if (f.kind === 'bool') return v === true;
  if (f.kind === 'words') return Array.isArray(v) ? v.join('、') : '';
  if (f.kind === 'instant') return typeof v === 'string' ? clockOf(v) : '';
  return v === undefined || v === null ? '' : String(v);
}

function part(fields: readonly Simple[], v: unknown): Part {
  const o = (v ?? {}) as Properties;
  return Object.fromEntries(fields.map((f) => [f.name, shown(f, o[f.name]) as Value]));
}

/**
 * Reads a form back into properties. What the form does not show is kept from before, so that a newer server's
 * field survives an older client; an emptied field is left out, not sent as zero.
 */
export function fromForm(ledger: Ledger, form: Form, before: Properties = {}): { properties: Properties; errors: Errors } {
  const errors: Errors = {};
  const properties: Properties = { ...before };
  for (const f of fieldsOf(ledger)) {
    const v = read(f, form[f.name], f.name, errors);
    if (v === undefined) delete properties[f.name];
    else properties[f.name] = v;
  }
  return { properties, errors };
}

function read(f: Field, v: Form[string] | undefined, path: string, errors: Errors): unknown {
  if (f.kind === 'own') return readOwn(f, v as Owned | undefined, errors);
  if (isSimple(f)) return readSimple(f, v as Value | undefined, path, errors);
  if (f.kind === 'group') return blank(v as Part) ? undefined : readPart(f.fields, v as Part, path, errors);
  const lines = ((v ?? []) as Part[]).filter((line) => !blank(line));
  if (!lines.length) return f.required ? [] : undefined;
  return lines.map((line, i) => readPart(f.fields, line, `${path}[${i}]`, errors));
}

function readOwn(f: Own, v: Owned | undefined, errors: Errors): unknown {
  const held = v?.own;
  const none = held === undefined || held === '' || (Array.isArray(held) && !held.length);
  if (none && f.required) errors[f.name] = 'required';
  return none ? undefined : held;
}

function readPart(fields: readonly Simple[], v: Part, path: string, errors: Errors): Properties {
  const o: Properties = {};
  for (const f of fields) {
    const x = readSimple(f, v[f.name], `${path}.${f.name}`, errors);
    if (x !== undefined) o[f.name] = x;
  }
  return o;
}

function readSimple(f: Simple, v: Value | undefined, path: string, errors: Errors): unknown {
  if (f.kind === 'bool') return v === true ? true : undefined;
  const s = String(v ?? '').trim();
  if (f.kind === 'words') {
    const words = s.split(/[、，,;；\n]+/).map((w) => w.trim()).filter(Boolean);
    if (!words.length && f.required) errors[path] = 'required';
    return words.length ? words : undefined;
  }
  if (!s) {
    if (f.required) errors[path] = 'required';
    return undefined;
  }
  if (f.kind === 'int' || f.kind === 'number') return readNumber(f, s, path, errors);
  if (f.kind === 'instant') return instantOf(s, path, errors);
  if (f.kind === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(s)) errors[path] = 'date';
  if (f.pattern && !new RegExp(`^(?:${f.pattern.source})$`).test(s)) errors[path] = 'pattern';
  if (f.max && f.kind !== 'date' && [...s].length > f.max) errors[path] = 'range';
  return f.kind === 'code' && NUMERIC.has(f.list ?? '') ? Number(s) : s;
}

const OFFSET = 8 * 3600_000; // Asia/Shanghai, which has no summer time

/** clockOf is an instant as a clock of the city shows it, to the minute: 2026-11-23T18:30. */
function clockOf(instant: string): string {
  const at = new Date(instant).getTime();
  return Number.isNaN(at) ? '' : new Date(at + OFFSET).toISOString().slice(0, 16);
}

function instantOf(s: string, path: string, errors: Errors): string {
  const at = new Date(`${s.slice(0, 16)}:00Z`).getTime() - OFFSET;
  if (Number.isNaN(at)) {
    errors[path] = 'date';
    return s;
  }
  return new Date(at).toISOString();
}

function readNumber(f: Simple, s: string, path: string, errors: Errors): number | undefined {
  const n = Number(s.replace(/[\s\u2009,，]/g, ''));
  if (Number.isNaN(n) || (f.kind === 'int' && !Number.isInteger(n))) {
    errors[path] = 'number';
    return undefined;
  }
  if (n < (f.min ?? -Infinity) || n > (f.max ?? Infinity)) errors[path] = 'range';
  return n;
}

const blank = (p: Part | undefined): boolean => !p || Object.values(p).every((v) => v === '' || v === false);

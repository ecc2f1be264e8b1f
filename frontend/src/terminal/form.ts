import type { components } from '../api/schema';
import type { Datum } from '../api/types';
import type { Knock, Protocol, Terminal, TerminalUnit } from './rows';

export type TerminalPut = components['schemas']['TerminalPut'];
export type Wish = components['schemas']['TerminalSecretWish'];

export const DATUMS: readonly Datum[] = ['wgs84', 'cgcs2000', 'gcj02', 'bd09'];
const DEFAULT_SKEW = 600; // s
const MOST_SKEW = 604_800;

/** A terminal as it stands in a form; unit is as a person typed it, see unitOf. */
export interface TerminalForm {
  protocol: Protocol;
  identity: string;
  unit: string;
  datum: Datum;
  clock: 'device' | 'server';
  skew: string;
  enabled: boolean;
  note: string;
  secret: Wish;
}
export type Wrong = Partial<Record<'identity' | 'unit' | 'skew', 'identity' | 'phone' | 'unit' | 'skew'>>;

/** unitWords is how a unit is offered and named in the form. */
export const unitWords = (u: TerminalUnit): string => `${u.call_sign} · ${u.code} · ${u.name}`;

/** unitOf finds the unit that was typed: the whole of what is offered, or a code or a call sign that only one has. */
export function unitOf(typed: string, units: readonly TerminalUnit[]): TerminalUnit | undefined {
  const text = typed.trim().toLowerCase();
  if (!text) return undefined;
  const whole = units.find((u) => unitWords(u).toLowerCase() === text || u.code.toLowerCase() === text);
  if (whole) return whole;
  const called = units.filter((u) => u.call_sign.toLowerCase() === text);
  return called.length === 1 ? called[0] : undefined;
}

/** wishFor is what usually becomes of the secret of a new terminal: only a phone app must have one from us. */
export const wishFor = (protocol: Protocol): Wish => (protocol === 'osmand' ? 'new' : 'none');

/** emptyForm begins a new terminal, with what a stranger said of itself where it knocked. */
export function emptyForm(knock?: Knock): TerminalForm {
  const protocol = knock?.protocol ?? 'jt808';
  return { protocol, identity: knock?.identity ?? '', unit: '', datum: 'wgs84', clock: 'device', skew: String(DEFAULT_SKEW), enabled: true, note: '', secret: wishFor(protocol) };
}

/** formOf is a terminal of the ledger; its secret is kept. */
export function formOf(t: Terminal, unit: TerminalUnit | undefined): TerminalForm {
  return { protocol: t.protocol, identity: t.identity, unit: unit ? unitWords(unit) : '', datum: t.datum, clock: t.clock, skew: String(t.skew_s), enabled: t.enabled, note: t.note ?? '', secret: 'keep' };
}

/** putOf is a terminal as it stands, with a few things changed. */
export function putOf(t: Terminal, change: Partial<TerminalPut>): TerminalPut {
  return { protocol: t.protocol, identity: t.identity, unit: t.unit, datum: t.datum, clock: t.clock, skew_s: t.skew_s, enabled: t.enabled, ...(t.note && { note: t.note }), secret: 'keep', ...change };
}

/** read reads the form; body is complete only when nothing is wrong. */
export function read(f: TerminalForm, units: readonly TerminalUnit[]): { body: TerminalPut; wrong: Wrong } {
  const wrong: Wrong = {};
  const identity = f.identity.trim();
  const unit = unitOf(f.unit, units);
  const skew = Number(f.skew);
  if (!identity || [...identity].length > 128) wrong.identity = 'identity';
  else if (f.protocol === 'jt808' && !/^0*[0-9a-f]{1,20}$/i.test(identity)) wrong.identity = 'phone';
  if (!unit) wrong.unit = 'unit';
  if (!Number.isInteger(skew) || skew < 1 || skew > MOST_SKEW) wrong.skew = 'skew';
  const body: TerminalPut = { protocol: f.protocol, identity, unit: unit?.id ?? '', datum: f.datum, clock: f.clock, skew_s: skew, enabled: f.enabled, secret: f.secret };
  if (f.note.trim()) body.note = f.note.trim();
  return { body, wrong };
}

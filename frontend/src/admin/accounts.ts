import type { components } from '../api/schema';
import type { Account, Role } from '../api/types';

export type AccountPut = components['schemas']['AccountPut'];

export const ROLES: readonly Role[] = ['admin', 'duty_officer', 'dispatcher', 'incident_commander', 'responder', 'planner', 'grid_worker', 'viewer', 'partner'];
export const MIN_PASSWORD = 10;

/** An account as it stands in a form. */
export interface AccountForm {
  name: string;
  display: string;
  role: Role;
  area: string;
  clearance: string;
  unit: string;
  password: string;
  closed: boolean;
}
export type Errors = Partial<Record<keyof AccountForm, 'required' | 'area' | 'unit' | 'short'>>;

export const emptyForm = (area: string): AccountForm => ({ name: '', display: '', role: 'viewer', area, clearance: '0', unit: '', password: '', closed: false });

export const formOf = (a: Account): AccountForm => ({
  name: a.name, display: a.display, role: a.role, area: a.area, clearance: String(a.clearance), unit: a.unit ?? '', password: '', closed: a.closed,
});

/** Reads the form; a password is needed to make an account and optional, meaning unchanged, to change one. */
export function read(f: AccountForm, making: boolean): { body: AccountPut; errors: Errors } {
  const errors: Errors = {};
  if (!f.name.trim()) errors.name = 'required';
  if (!f.display.trim()) errors.display = 'required';
  if (!/^\d{6}(\d{3})?$/.test(f.area.trim())) errors.area = 'area';
  if (f.unit.trim() && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(f.unit.trim())) errors.unit = 'unit';
  if (making && !f.password) errors.password = 'required';
  else if (f.password && [...f.password].length < MIN_PASSWORD) errors.password = 'short';
  const body: AccountPut = { name: f.name.trim(), display: f.display.trim(), role: f.role, area: f.area.trim(), clearance: Number(f.clearance), closed: f.closed };
  if (f.unit.trim()) body.unit = f.unit.trim();
  if (f.password) body.password = f.password;
  return { body, errors };
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789'; // without those that look alike

/** A password to hand over once: 20 letters in fours, 115 bits. */
export function makePassword(): string {
  const out: string[] = [];
  while (out.length < 20) {
    const byte = crypto.getRandomValues(new Uint8Array(1))[0]!;
    if (byte < LETTERS.length * 4) out.push(LETTERS[byte % LETTERS.length]!); // no bias
  }
  return out.join('').replace(/.{4}(?=.)/g, '$&-');
}

export type TokenState = 'good' | 'ending' | 'expired' | 'revoked';
const WEEK = 7 * 86_400_000;

export function tokenState(t: { revoked: boolean; expires_at: string }, now: number): TokenState {
  if (t.revoked) return 'revoked';
  const left = new Date(t.expires_at).getTime() - now;
  return left <= 0 ? 'expired' : left < WEEK ? 'ending' : 'good';
}

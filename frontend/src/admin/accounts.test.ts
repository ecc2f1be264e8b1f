import { describe, expect, it } from 'vitest';
import type { Account } from '../api/types';
import { emptyForm, formOf, makePassword, read, tokenState } from './accounts';

const account: Account = { id: 'x', version: 2, name: 'li', display: '李（示例）', role: 'planner', area: '130302', clearance: 1, closed: false };

describe('accounts', () => {
  it('go through the form unchanged, without a password', () => {
    const { body, errors } = read(formOf(account), false);
    expect(errors).toEqual({});
    expect(body).toEqual({ name: 'li', display: '李（示例）', role: 'planner', area: '130302', clearance: 1, closed: false });
  });

  it('need a name, an area and a password to be made', () => {
    expect(read(emptyForm('1303'), true).errors).toEqual({ name: 'required', display: 'required', area: 'area', password: 'required' });
  });

  it('refuse a short password and a unit that is no id', () => {
    expect(read({ ...formOf(account), password: 'short', unit: '17' }, false).errors).toEqual({ password: 'short', unit: 'unit' });
  });

  it('get passwords nobody can guess or misread', () => {
    const made = Array.from({ length: 50 }, makePassword);
    for (const p of made) expect(p).toMatch(/^([a-zA-Z2-9]{4}-){4}[a-zA-Z2-9]{4}$/);
    expect(new Set(made).size).toBe(50);
    expect(made.join('')).not.toMatch(/[lIoO01]/);
  });
});

describe('tokens', () => {
  const now = Date.UTC(2026, 10, 23), day = 86_400_000;
  const at = (days: number, revoked = false) => tokenState({ revoked, expires_at: new Date(now + days * day).toISOString() }, now);
  it('warn a week before they end', () => {
    expect([at(30), at(3), at(0), at(-1), at(30, true)]).toEqual(['good', 'ending', 'expired', 'expired', 'revoked']);
  });
});

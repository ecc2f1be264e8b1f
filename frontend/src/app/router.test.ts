import { afterEach, expect, test } from 'vitest';
import { session } from '../api/session';
import type { Session } from '../api/types';
import { landing } from './router';

const as = (actions: string[], must = false) => (session.value = { actions, must_change_password: must } as Session);
afterEach(() => (session.value = undefined));

test('an account begins at the first workspace it may see', () => {
  as(['incident.read', 'query.run', 'ledger.read']);
  expect(landing()).toBe('/desk');
  as(['ledger.read']);
  expect(landing()).toBe('/ledgers');
});

test('an administrator begins at the accounts, and who may see nothing is told so', () => {
  as(['session.own', 'account.manage', 'token.manage']);
  expect(landing()).toBe('/admin');
  as(['session.own']);
  expect(landing()).toBe('/');
});

test('a one-time password is changed before anything else', () => {
  as(['incident.read', 'account.manage'], true);
  expect(landing()).toBe('/');
});

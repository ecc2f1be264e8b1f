import { expect, test } from 'vitest';
import type { Activation } from './calls';
import { keptOf, notSent, sentAs } from './keep';

const activation = (recommendation: unknown) => ({ seq: 1, at: '', by: '', units: ['a', 'c'], recommendation }) as Activation;

test('what was kept is told apart: ordered, picked and not ordered, added by hand', () => {
  const kept = keptOf(activation({ picks: [{ unit: 'a' }, { unit: 'b' }], alternates: [{ unit: 'c' }], rejected: [], rejected_total: 7 }))!;
  expect(notSent(kept, ['a', 'c']).map((p) => p.unit)).toEqual(['b']);
  expect(sentAs(kept, 'c')?.unit).toBe('c');
  expect(sentAs(kept, 'x')).toBeUndefined();
  expect(kept.total).toBe(7);
});

test('a list that another client left out is empty', () => {
  expect(keptOf(activation({ picks: [] }))!.answer.shortfalls).toEqual([]);
});

test.each([[undefined], [null], ['text'], [{}], [{ picks: 'a' }]])('%j is no recommendation', (x) => {
  expect(keptOf(activation(x))).toBeUndefined();
});

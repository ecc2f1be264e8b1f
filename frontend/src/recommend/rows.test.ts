import { expect, test } from 'vitest';
import type { Pick, Recommendation } from './calls';
import { held, rowsOf, standings, ticks } from './rows';

const pick = (unit: string, ...requirements: number[]) => ({ unit, requirements, arrival_s: 60 }) as unknown as Pick;
const answer = (picks: Pick[], alternates: Pick[] = [], rest: Partial<Recommendation> = {}) =>
  ({ mode: 'prefill', picks, alternates, requirements: [], shortfalls: [], rejected: [], ...rest }) as unknown as Recommendation;
const free = () => false;

test('what the card picks is ticked, the next best is not, and a person has the last word', () => {
  const rows = rowsOf(answer([pick('a'), pick('b')], [pick('c')]));
  expect([...ticks(rows, new Map(), 'prefill', free)]).toEqual(['a', 'b']);
  expect([...ticks(rows, new Map([['a', false], ['c', true]]), 'prefill', free)]).toEqual(['b', 'c']);
});

test('a card that only informs ticks nobody', () => {
  const rows = rowsOf(answer([pick('a')]));
  expect(ticks(rows, new Map(), 'inform', free).size).toBe(0);
  expect([...ticks(rows, new Map([['a', true]]), 'inform', free)]).toEqual(['a']);
});

test('under the pointer rows stay, take new figures, and who is gone is not sent', () => {
  const before = rowsOf(answer([pick('a'), pick('b')]));
  const { rows, changed } = held(before, answer([{ ...pick('b'), arrival_s: 30 }, pick('d')]));
  expect(rows.map((r) => [r.pick.unit, r.pick.arrival_s, r.gone])).toEqual([['a', 60, true], ['b', 30, false]]);
  expect(changed).toBe(true);
  expect([...ticks(rows, new Map([['a', true]]), 'prefill', free)]).toEqual(['b']);
});

test('the same rows are no change, a pick that became an alternate is one', () => {
  const before = rowsOf(answer([pick('a')], [pick('b')]));
  expect(held(before, answer([pick('a')], [pick('b')])).changed).toBe(false);
  expect(held(before, answer([pick('b')], [pick('a')])).changed).toBe(true);
});

test('a unit somebody else has taken is not ticked', () => {
  const rows = rowsOf(answer([pick('a'), pick('b')]));
  expect([...ticks(rows, new Map(), 'prefill', (u) => u === 'a')]).toEqual(['b']);
});

test('requirements follow the ticks; what a depot gives does not', () => {
  const r = answer([pick('a', 0), pick('b', 0)], [pick('c', 0)], {
    requirements: [
      { requirement: { type: 'unit_kind', quantity: 4 }, level: 1, wanted: 4, have: 1, picked: 2 },
      { requirement: { type: 'stock', quantity: 100 }, level: 1, wanted: 100, have: 0, picked: 80 },
    ],
    shortfalls: [{ requirement: 0, missing: 1, code: 'too_far', text: 'too far' }],
  });
  const rows = rowsOf(r);
  const figures = (sent: string[]) => standings(r, rows, new Set(sent)).map((s) => [s.picked, s.missing]);
  expect(figures(['a', 'b'])).toEqual([[2, 1], [80, 20]]);
  expect(figures(['a'])).toEqual([[1, 2], [80, 20]]);
  expect(figures(['a', 'b', 'c'])).toEqual([[3, 0], [80, 20]]);
  expect(standings(r, rows, new Set())[0]!.reason?.code).toBe('too_far');
});

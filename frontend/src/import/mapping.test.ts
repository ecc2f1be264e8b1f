import { expect, test } from 'vitest';
import type { Mapping, RowError, Shape } from './job';
import { aimed, draftOf, mappingOf, placeless, twice, unfilled, valuesOf, type Target } from './mapping';

const shape: Shape = {
  format: 'csv', planar: false, shapes: false, layers: [], notes: [],
  columns: ['编号', '状态', '经度', '纬度'].map((name) => ({ name, samples: [] })),
};
const guess: Mapping = {
  datum: 'gcj02', lon: '经度', lat: '纬度',
  fields: [{ field: 'code', column: '编号' }, { field: 'state', column: '状态', values: { 在线: 'online' } }, { field: 'sensitivity', constant: '0' }],
};

test('a mapping goes into a draft and comes out the same', () => {
  expect(mappingOf(draftOf(shape, guess))).toEqual(guess);
});

test('a kept mapping leaves out columns that this file has not', () => {
  const other = draftOf(shape, { fields: [{ field: 'name', column: '名称' }], lon: '东' });
  expect(other.uses.every((u) => u.target === '')).toBe(true);
});

test('a column and a text where it says nothing fill one field together', () => {
  const both: Mapping = { fields: [{ field: 'state', column: '状态', constant: 'unknown', unit: 'km' }] };
  expect(mappingOf(draftOf(shape, both))).toEqual(both);
});

test('values that were not mapped are not sent, and go with their target', () => {
  const draft = draftOf(shape, guess);
  const open = { ...draft, uses: draft.uses.map((u) => (u.column === '状态' ? { ...u, values: { ...u.values, 坏: '' } } : u)) };
  expect(mappingOf(open).fields.find((f) => f.field === 'state')?.values).toEqual({ 在线: 'online' });
  expect(mappingOf(aimed(draft, '状态', 'note')).fields.find((f) => f.field === 'note')).toEqual({ field: 'note', column: '状态' });
});

test('what is missing and what is filled twice is seen before the server is asked', () => {
  const targets: Target[] = ['code', 'name', 'sensitivity'].map((name) => ({ name, label: name, kind: 'text', required: true }));
  const draft = draftOf(shape, guess);
  expect(unfilled(draft, targets).map((t) => t.name)).toEqual(['name']);
  expect([...twice(aimed(draft, '状态', 'code'))]).toEqual(['code']);
  expect([...twice(aimed(aimed(draft, '状态', ''), '编号', ''))]).toEqual([]);
  expect(placeless(draft, shape)).toBe(false);
  expect(placeless(aimed(draft, '纬度', ''), shape)).toBe(true);
  expect(placeless(aimed(draft, '纬度', ''), { ...shape, shapes: true })).toBe(false);
});

test('values that errors name join those of the file, except where the server cut them', () => {
  const error = (column: string, value: string): RowError => ({ row: 3, path: 'state', code: 'bad_enum', text: '', column, value });
  const use = draftOf(shape, guess).uses[1]!;
  expect(valuesOf(use, ['在线'], [error('状态', '坏'), error('编号', 'C'), error('状态', `${'长'.repeat(80)}…`)])).toEqual(['在线', '坏']);
});

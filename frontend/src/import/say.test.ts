import { expect, test } from 'vitest';
import type { DiffRow, RowError } from './job';
import type { Target } from './mapping';
import { changesOf, errorFile, noted, said } from './say';

const state: Target = { name: 'state', label: '状态', kind: 'code', required: true, choices: [{ value: 'online', label: '在线' }, { value: 'offline', label: '离线' }] };

test('values are said in words', () => {
  expect(said('"online"', state)).toBe('在线');
  expect(said('12')).toBe('12');
  expect(said(undefined)).toBe('–');
  expect(said('{"type":"Point","coordinates":[119.6,39.9]}')).toBe('119.600000, 39.900000');
  expect(said('"cut by the ser…')).toBe('"cut by the ser…');
});

test('each field that differs has a line, the row is named on its first', () => {
  const row: DiffRow = { row: 2, code: 'C-1', name: '甲', fields: [{ field: 'state', old: '"offline"', new: '"online"' }, { field: 'note', new: '"新"' }] };
  const lines = changesOf([row], new Map([['state', state]]));
  expect(lines.map((l) => [l.first, l.field, l.old, l.new])).toEqual([[true, 'state', '离线', '在线'], [false, 'note', '–', '新']]);
});

test('the file of errors says row, column and value, and no value becomes a formula', () => {
  const error: RowError = { row: 3, path: 'state', code: 'bad_enum', text: 'is none of', title: '取值不在允许范围', column: '状态', value: '=1+1' };
  const zh = errorFile(['行', '列', '字段', '值', '问题', '代码'], [error], 'zh-CN', () => '状态');
  expect(zh.split('\r\n')[1]).toBe("3,状态,状态,'=1+1,取值不在允许范围,bad_enum");
  expect(errorFile([], [error], 'en', (p) => p)).toContain('is none of');
});

test('what the reader noted is known by its words', () => {
  expect(noted('heights or measures dropped from 12 shapes')).toEqual({ key: 'import.notes.heights', values: ['12'] });
  expect(noted('the file says cgcs2000; as asked, its coordinates were read as gcj02')?.values).toEqual(['cgcs2000', 'gcj02']);
  expect(noted('something new')).toBeUndefined();
});

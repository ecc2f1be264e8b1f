import { mount } from '@vue/test-utils';
import { expect, test } from 'vitest';
import UiTable from './UiTable.vue';

const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
const table = (selected?: string) => mount(UiTable<{ id: string }>, { props: { label: '表', columns: [{ key: 'id', label: '编号', sort: true }], rows, rowKey: (r: { id: string }) => r.id, selected, sortBy: 'id', sortDown: true } });

test('arrow keys pick the next and the previous row', async () => {
  const t = table('b');
  await t.trigger('keydown', { key: 'ArrowDown' });
  await t.trigger('keydown', { key: 'ArrowUp' });
  expect(t.emitted('pick')).toEqual([[{ id: 'c' }], [{ id: 'a' }]]);
});

test('the header says how it is sorted and asks for another order', async () => {
  const t = table();
  expect(t.find('[role=columnheader]').attributes('aria-sort')).toBe('descending');
  await t.find('.vt-sort').trigger('click');
  expect(t.emitted('sort')).toEqual([['id']]);
});

test('the number of rows is told, though few of them are drawn', () => {
  expect(table().attributes('aria-rowcount')).toBe('4');
});

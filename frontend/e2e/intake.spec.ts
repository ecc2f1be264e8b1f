import fs from 'node:fs';
import { axe, drawn, expect, signIn, test } from './fixtures';

const point = [119.5713, 39.9131] as const;

test('a call is taken by keyboard alone, a second one is told of the first, and what was typed outlives the dialog', async ({ page }) => {
  await signIn(page, `/desk?at=${point.join(',')},13`);
  await drawn(page);
  const title = `键盘接报 ${Date.now()}`;
  await page.keyboard.press('n');
  const place = page.getByRole('combobox', { name: /地点/ });
  await expect(place).toBeFocused();
  await page.keyboard.type(point.join(', '));
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-intake-at]')).toContainText('119.57130, 39.91310');
  const kinds = page.getByRole('listbox', { name: /类型/ });
  await expect(kinds).toBeFocused();
  await page.keyboard.press('h');
  await expect(page.getByRole('option', { selected: true })).toContainText('洪涝');
  await page.keyboard.press('Enter');
  await page.keyboard.press('2');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('标题')).toBeFocused();
  await page.keyboard.type(title);
  await expect(page.locator('[data-around]')).toContainText('最近避难场所');
  expect(await axe(page), 'intake open').toEqual([]);
  await page.keyboard.press('Enter');
  await page.keyboard.type('王示例');
  await page.keyboard.press('Enter');
  await page.keyboard.type('13800000000');
  const sent = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().includes('/api/incidents/'));
  await page.keyboard.press('Enter');
  const { number } = (await (await sent).json()) as { number: string };
  const detail = page.getByRole('region', { name: /QHD-/ });
  await expect(detail).toContainText(title);

  await page.keyboard.press('n');
  await expect(place).toBeFocused();
  await page.keyboard.type('119.5716, 39.9133');
  await page.keyboard.press('Enter');
  const twin = page.locator('[data-twin]').filter({ hasText: number });
  await expect(twin).toContainText('可能重复');
  await expect(twin).toContainText('王示例');
  await page.keyboard.press('h');
  expect(await axe(page), 'a likely twin is offered').toEqual([]);
  await twin.getByRole('button', { name: '是另一事件' }).click();
  await expect(twin).toHaveCount(0);
  await page.getByLabel('电话').fill('13900000000');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('n');
  await expect(page.getByText('继续上次未完成的接报')).toBeVisible();
  await expect(page.getByLabel('电话')).toHaveValue('13900000000');
  await expect(page.getByRole('option', { selected: true })).toContainText('洪涝');
});

test('a call that cannot be sent keeps all that was typed, and goes through when sent again', async ({ page }) => {
  await signIn(page, `/desk?at=${point.join(',')},13`);
  await drawn(page);
  const title = `断网接报 ${Date.now()}`;
  await page.keyboard.press('n');
  await expect(page.getByRole('combobox', { name: /地点/ })).toBeFocused();
  await page.keyboard.press('Enter'); // the middle of the map
  await expect(page.getByRole('listbox', { name: /类型/ })).toBeFocused();
  await page.keyboard.press('q');
  await page.getByLabel('标题').fill(title);
  let cut = true;
  const keys: (string | undefined)[] = [];
  await page.route('**/api/incidents/*', (route) => {
    if (route.request().method() !== 'PUT') return route.continue();
    keys.push(route.request().headers()['idempotency-key']);
    return cut ? route.abort() : route.continue();
  });
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('dialog').getByRole('alert').filter({ hasText: '无法连接服务器' })).toBeVisible();
  await expect(page.getByLabel('标题')).toHaveValue(title);
  cut = false;
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: /QHD-/ })).toContainText(title);
  expect(new Set(keys).size, 'the same command').toBe(1);
});

test('the interval report is found in the palette, saved as CSV and fit to print', async ({ page }) => {
  await signIn(page);
  await drawn(page);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('时长');
  await page.getByRole('option', { name: /处置时长报告/ }).click();
  const report = page.locator('[data-report]');
  await expect(report.locator('[data-interval="turnout"]')).toContainText('出动（下达→出发）');
  await expect(report.locator('[data-covers]')).toContainText('起');
  expect(await axe(page), 'interval report').toEqual([]);
  const saved = page.waitForEvent('download');
  await report.getByRole('button', { name: 'CSV' }).click();
  const text = fs.readFileSync(await (await saved).path(), 'utf8');
  expect(text).toMatch(/出动（下达→出发）/);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.top')).toBeHidden();
  await expect(report.locator('[data-interval="travel"]')).toBeVisible();
});

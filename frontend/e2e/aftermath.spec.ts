import { randomUUID } from 'node:crypto';
import { axe, expect, signIn, test } from './fixtures';

const uuid = () => {
  const hex = randomUUID().replaceAll('-', '');
  const time = Date.now().toString(16).padStart(12, '0');
  return [time.slice(0, 8), time.slice(8), `7${hex.slice(13, 16)}`, hex.slice(16, 20), hex.slice(20)].join('-');
};
const red = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4z8AARAAI/gH/xp559wAAAABJRU5ErkJggg==', 'base64');

test('notes and photos stand in the timeline, and the report opens to print', async ({ page, context }) => {
  await signIn(page);
  const incident = uuid();
  const data = { type: 'Feature', geometry: { type: 'Point', coordinates: [119.59, 39.94] }, properties: { kind: 'flood', title: `复盘测试 ${Date.now()}`, priority: 4 } };
  expect((await page.request.put(`/api/incidents/${incident}`, { headers: { 'Idempotency-Key': uuid() }, data })).ok()).toBe(true);
  await page.goto(`/desk?i=${incident}&at=119.59,39.94,13`);
  const timeline = page.locator('[data-timeline]');
  await expect(timeline.locator('[data-line="incident"]')).toContainText('接报：复盘测试', { timeout: 60_000 });

  // by keyboard alone: W, the words, Ctrl+Enter
  await page.keyboard.press('w');
  await expect(timeline.locator('textarea')).toBeFocused();
  await page.keyboard.type('北门积水三十厘米');
  await page.keyboard.press('Control+Enter');
  await expect(timeline.locator('[data-line="note"]')).toContainText('北门积水三十厘米');
  await expect(timeline.locator('textarea')).toHaveValue('');

  await timeline.locator('input[type=file]').setInputFiles({ name: 'red.png', mimeType: 'image/png', buffer: red });
  const photo = timeline.locator('[data-line="note"] img');
  await expect(photo).toHaveCount(1);
  await expect.poll(() => photo.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(2);
  expect(await axe(page)).toEqual([]);

  // another's note comes by itself
  const other = await page.request.put(`/api/incidents/${incident}/notes/${uuid()}`, { headers: { 'Idempotency-Key': uuid() }, data: { text: '水泵已到' } });
  expect(other.ok(), await other.text()).toBe(true);
  await expect(timeline).toContainText('水泵已到');

  const opened = context.waitForEvent('page');
  await timeline.locator('[data-report]').click();
  const report = await opened;
  await expect(report.getByRole('heading', { level: 1 })).toContainText('复盘测试');
  await expect(report.locator('body')).toContainText('水泵已到');
  await expect.poll(() => report.locator('.notes img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(2);
  expect(await report.evaluate(() => getComputedStyle(document.querySelector('h2')!).borderLeftWidth), 'the style holds under its policy').toBe('4px');
});

import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { axe, expect, mapColours, signIn, test } from './fixtures';

const file = (name: string, text: string | Buffer) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
const uuid = () => {
  const hex = randomUUID().replaceAll('-', '');
  const time = Date.now().toString(16).padStart(12, '0');
  return [time.slice(0, 8), time.slice(8), `7${hex.slice(13, 16)}`, hex.slice(16, 20), hex.slice(20)].join('-');
};
const sum = (page: Page, what: string) => page.locator('[data-sums] div').filter({ hasText: new RegExp(`^${what}`) }).locator('dd');
const plain = (n: number) => n.toString().replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
const check = (page: Page) => page.locator('[data-check]').click();

test('a table with an error: found, mapped, mended, applied and seen in the ledger', async ({ page }) => {
  await signIn(page, '/ledgers/camera', 'planner');
  await page.getByRole('button', { name: '导入' }).click();
  await expect(page.locator('[data-ledger]')).toHaveValue('camera');
  expect(await axe(page)).toEqual([]);

  const mark = randomUUID().slice(0, 8);
  const rows = [`E-${mark}-1,码头一号,海港区,在线,119.60,39.93`, `E-${mark}-2,码头二号,海港区,坏了,119.61,39.93`, `E-${mark}-3,码头三号,海港区,离线,119.62,39.94`];
  await page.locator('[data-file]').setInputFiles(file('监控.csv', ['编号,名称,县区,状态,经度,纬度', ...rows].join('\n')));
  await expect(page.locator('[data-found]')).toContainText('CSV 表格 · 3 行');
  await expect(page.locator('[data-found]')).toContainText('UTF-8');
  await expect(page.locator('[data-column="编号"] select').first()).toHaveValue('code');
  await expect(page.locator('[data-guess]')).toHaveCount(6);
  await expect(page.locator('[data-check]'), 'no datum is taken for granted').toBeDisabled();
  await page.locator('[data-datum]').selectOption('wgs84');
  await page.locator('[data-fix="sensitivity"]').selectOption('0');

  await page.reload();
  await expect(page.locator('[data-datum]'), 'a reload keeps what was chosen').toHaveValue('wgs84');
  await expect(page.locator('[data-fix="sensitivity"]')).toHaveValue('0');
  await check(page);
  await expect(sum(page, '错误')).toHaveText('1');
  await expect(sum(page, '新增')).toHaveText('2');
  const bad = page.locator('[data-errors] [role=row]').nth(1);
  await expect(bad.locator('[role=cell]')).toHaveText(['3', '状态', '状态', '坏了', '取值不在允许范围']);
  await expect(page.locator('[data-apply]')).toBeDisabled();
  const saved = page.waitForEvent('download');
  await page.locator('[data-save-errors]').click();
  expect((await saved).suggestedFilename()).toBe('导入错误-监控.csv.csv');
  expect(await mapColours(page)).toBeGreaterThan(40);
  expect(await axe(page)).toEqual([]);

  await page.reload();
  await expect(sum(page, '错误'), 'a reload comes back to the comparison').toHaveText('1');
  await page.locator('[data-column="状态"] summary').click();
  await page.locator('[data-value="坏了"]').selectOption('offline');
  await expect(page.locator('[data-apply]'), 'what was compared is no longer so').toHaveCount(0);
  await check(page);
  await expect(page.locator('[data-apply]')).toHaveText('写入 3 条');
  await page.locator('[data-apply]').click();
  await expect(page.locator('[data-done="added"]')).toHaveText('3');
  await page.locator('[data-see]').click();
  await expect(page.locator('[data-since]')).toHaveText('仅本次导入');
  await expect(page.locator('.vt-body [role=row]')).toHaveCount(3);
});

const placemark = (code: string, name: string, lon: number) =>
  `<Placemark><name>${name}</name><ExtendedData><Data name="code"><value>${code}</value></Data></ExtendedData><Point><coordinates>${lon},39.93,12</coordinates></Point></Placemark>`;
const kml = (marks: string[]) => `<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>${marks.join('')}</Document></kml>`;

test('a KML says its datum itself, and a second one shows what changed side by side', async ({ page }) => {
  await signIn(page, '/import?ledger=camera', 'planner');
  const mark = randomUUID().slice(0, 8);
  for (const [round, names] of [['甲', '乙'], ['甲', '乙改名']].entries()) {
    await page.locator('[data-file]').setInputFiles(file('点位.kml', kml(names.map((n, i) => placemark(`K-${mark}-${i}`, n, 119.6 + i / 100)))));
    await expect(page.locator('[data-found]')).toContainText('WGS84');
    await page.locator('[data-fix="division"]').selectOption('130302');
    await page.locator('[data-fix="sensitivity"]').selectOption('0');
    await page.locator('[data-fix="state"]').selectOption('online');
    await page.locator('[data-datum]').press('Control+Enter');
    await expect(sum(page, '修改')).toHaveText(String(round));
    if (round) break;
    await page.locator('[data-apply]').click();
    await expect(page.locator('[data-done="added"]')).toHaveText('2');
    await page.getByRole('button', { name: '导入另一个文件' }).click();
  }
  await expect(sum(page, '未变')).toHaveText('1');
  await expect(page.locator('[data-diff] [role=row]').nth(1).locator('[role=cell]')).toHaveText(['2', `K-${mark}-1`, '乙改名', '名称', '乙', '乙改名']);
  await page.locator('[data-cancel]').click();
  await expect(page.locator('[data-drop]')).toBeVisible();
});

test('a workbook of several sheets is read again by the one that is chosen', async ({ page }) => {
  await signIn(page, '/import?ledger=shelter', 'planner');
  const made = await workbook(page);
  await page.locator('[data-file]').setInputFiles(file('成果.xlsx', made));
  await expect(page.locator('[data-found]')).toContainText('Excel 工作簿');
  const sheets = page.locator('[data-layer] option');
  expect(await sheets.count()).toBeGreaterThan(1);
  const before = await page.locator('[data-column]').first().getAttribute('data-column');
  await page.locator('[data-layer]').selectOption({ index: 1 });
  await page.locator('[data-again]').click();
  await expect(page.locator('[data-column]').first()).not.toHaveAttribute('data-column', before!);
  await expect(page.locator('[data-layer]')).toHaveValue((await sheets.nth(1).textContent())!);
  await page.locator('[data-cancel]').click();
});

test('ten thousand rows stay fluid', async ({ page }) => {
  await signIn(page, '/import?ledger=camera', 'planner');
  const lines = Array.from({ length: 10_000 }, (_, i) => `B-${i},点${i},海港区,${i % 2 ? '在线' : '坏'},${(119.5 + (i % 100) / 1000).toFixed(4)},39.95`);
  await page.locator('[data-file]').setInputFiles(file('大表.csv', ['编号,名称,县区,状态,经度,纬度', ...lines].join('\n')));
  await expect(page.locator('[data-found]')).toContainText(`${plain(10_000)} 行`);
  await page.locator('[data-datum]').selectOption('gcj02');
  await page.locator('[data-fix="sensitivity"]').selectOption('0');
  await check(page);
  await expect(sum(page, '错误')).toHaveText(plain(5000));
  await expect(sum(page, '新增')).toHaveText(plain(5000));
  expect(await page.locator('[role=row]').count(), 'rows drawn').toBeLessThan(120);
  await page.locator('[data-cancel]').click();
  await expect(page.locator('[data-drop]')).toBeVisible();
});

/** A workbook of the server's own writer: the tables of a small study. */
async function workbook(page: Page): Promise<Buffer> {
  const at = `/api/studies/${uuid()}`;
  const asked = await page.request.put(at, { headers: { 'Idempotency-Key': uuid() }, data: { name: '导入测试', kind: 'coverage', params: { kinds: ['depot'], distances_m: [3000] } } });
  expect(asked.ok(), await asked.text()).toBe(true);
  await expect.poll(async () => (await (await page.request.get(at)).json()).state, { timeout: 60_000 }).toBe('finished');
  return (await page.request.get(`${at}/result?format=xlsx`)).body();
}

import type { Page } from '@playwright/test';
import { axe, closeNetwork, drawn, expect, signIn, test } from './fixtures';

const BRIDGE = [119.55318, 39.9251] as const;
const WEST = [119.5453, 39.9202] as const; // on the same road, across the bridge from the incident
type Maps = { map: { project(p: readonly number[]): { x: number; y: number }; getCanvas(): HTMLCanvasElement; getLayer(id: string): unknown; queryRenderedFeatures(o: object): { properties: { name: string } }[] } };

/** onScreen is where a point of the map stands on the page. */
const onScreen = (page: Page, p: readonly number[]) =>
  page.evaluate((at) => {
    const { map } = window as unknown as Maps;
    const { x, y } = map.project(at);
    const box = map.getCanvas().getBoundingClientRect();
    return { x: x + box.x, y: y + box.y };
  }, p);

/** signs are the names of the closures whose signs stand on the map. */
const signs = (page: Page) =>
  page.evaluate(() => {
    const { map } = window as unknown as Maps;
    return map.getLayer('closure-sign') ? map.queryRenderedFeatures({ layers: ['closure-sign'] }).map((f) => f.properties.name) : [];
  });

async function incidentAt(page: Page, title: RegExp): Promise<string> {
  const answer = await page.request.get('/api/incidents');
  const list = (await answer.json()) as { features?: Found[]; incidents?: Found[] };
  const found = (list.features ?? list.incidents ?? []).find((i) => title.test(i.properties.title));
  expect(found, String(title)).toBeDefined();
  return found!.id;
}
interface Found { id: string; properties: { title: string } }

test('a bridge closed by mouse is on both desks, and ways and rings go round it', async ({ page, browser }) => {
  test.slow(); // two maps in software GL
  const other = await browser.newContext({ baseURL: process.env.BASE_URL, locale: 'zh-CN', viewport: { width: 1200, height: 800 } });
  const out = await closeNetwork(other);
  const second = await other.newPage();
  const view = `/desk?at=${BRIDGE.join(',')},14.6&on=incident.closure`;
  await signIn(second, view);
  await signIn(page, view);
  const incident = await incidentAt(page, /汤河桥/);
  await page.goto(`${view}&i=${incident}`);
  await drawn(second);
  await drawn(page);

  const from = await onScreen(page, WEST);
  await page.mouse.click(from.x, from.y, { button: 'right' });
  await page.getByRole('menuitem', { name: /汤河桥/ }).click();
  const route = page.locator('[data-route]');
  await expect(route.locator('.eta')).toBeVisible();
  const before = await route.locator('.eta').textContent();
  await page.keyboard.press('i');
  const reach = page.locator('[data-reach]');
  await expect(reach.getByRole('row')).toHaveCount(5);
  const reached = await reach.getByRole('row').nth(1).textContent();

  await page.keyboard.press('b');
  await expect(page.locator('[data-closure-work]')).toBeVisible();
  const bridge = await onScreen(page, BRIDGE);
  await page.mouse.click(bridge.x, bridge.y);
  await expect(page.locator('[data-covers]')).toContainText('段');
  await expect(page.getByLabel('名称')).not.toHaveValue('');
  const name = `汤河桥测试 ${Date.now()}`;
  await page.getByLabel('名称').fill(name);
  const sent = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().includes('/api/ledgers/closure/'));
  await page.keyboard.press('Enter');
  expect((await sent).status()).toBe(200);
  const taken = Date.now();
  await expect.poll(() => signs(second), { intervals: [50] }).toContain(name);
  console.log(`the sign on the other desk ${Date.now() - taken} ms after it was taken`);
  await expect.poll(() => signs(page)).toContain(name);
  await expect(route).toContainText(name);
  await expect(route.locator('.eta')).not.toHaveText(before!);
  await expect(reach).toContainText(name);
  await expect(reach.getByRole('row').nth(1)).not.toHaveText(reached!);
  expect(await axe(page), 'route and reach open').toEqual([]);

  const sign = await onScreen(second, BRIDGE);
  await second.mouse.click(sign.x, sign.y);
  const card = second.locator('[data-closure-card]');
  await expect(card).toContainText(name);
  await card.getByRole('button', { name: '立即解除' }).click();
  await expect(second.locator('[data-road-notice]')).toContainText(name);
  await expect.poll(() => signs(page)).not.toContain(name);
  await expect(route.locator('.eta')).toHaveText(before!);
  await second.locator('[data-road-notice]').getByRole('button', { name: '撤销' }).click();
  await expect.poll(() => signs(page)).toContain(name);
  await expect.poll(() => signs(second)).toContain(name);
  await second.mouse.click(sign.x, sign.y);
  await card.getByRole('button', { name: '删除' }).first().click();
  await card.getByRole('button', { name: '删除' }).click();
  await expect.poll(() => signs(page)).not.toContain(name);
  expect(out, 'requests beyond loopback').toEqual([]);
  await other.close();
});

test('a line is drawn by clicks, taken back and cancelled by keys', async ({ page }) => {
  await signIn(page, `/desk?at=${BRIDGE.join(',')},14.6&on=closure`);
  await drawn(page);
  await page.keyboard.press('b');
  await page.getByRole('button', { name: '沿线' }).click();
  const at = await onScreen(page, BRIDGE);
  await page.mouse.click(at.x - 60, at.y + 30);
  await page.mouse.click(at.x, at.y - 8);
  await page.mouse.click(at.x + 50, at.y - 30);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('名称')).toBeVisible();
  await expect(page.locator('[data-covers]')).toContainText('段');
  expect(await axe(page), 'closure form open').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-closure-work]')).toBeHidden();
});

test("a planner's coverage is measured again when a road is closed, and names the closure", async ({ page }) => {
  await signIn(page, '/plan?k=shelter&t=600.1800');
  const basis = page.locator('.study-basis'), share = page.locator('.study-kpi dd').first();
  await expect(basis).toContainText('道路行驶时间');
  await expect(basis).not.toContainText('全城管制');
  const before = (await share.textContent())!.trim();
  const id = crypto.randomUUID();
  const ring = [[119.4, 39.8], [119.7, 39.8], [119.7, 40.0], [119.4, 40.0], [119.4, 39.8]];
  const put = await page.request.put(`/api/ledgers/closure/${id}`, {
    headers: { 'Idempotency-Key': id },
    data: { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: { code: id.slice(0, 8), name: '全城管制', division: '', source_datum: 'wgs84', sensitivity: 0, cause: 'control', confidence: 'verified' } },
  });
  expect(put.ok(), await put.text()).toBe(true);
  await expect(basis).toContainText('全城管制');
  await expect(share).not.toContainText(before);
  await page.request.delete(`/api/ledgers/closure/${id}`, { headers: { 'Idempotency-Key': crypto.randomUUID(), 'If-Match': '"1"' } });
  await expect(basis).not.toContainText('全城管制');
  await expect(share).toContainText(before);
});

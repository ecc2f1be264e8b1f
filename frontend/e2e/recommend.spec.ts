import { randomUUID } from 'node:crypto';
import type { APIRequestContext, Page } from '@playwright/test';
import { axe, expect, signIn, test } from './fixtures';

const point = [119.59, 39.94] as const;

/** uuid is a random id of the version the server asks for. */
const uuid = () => {
  const hex = randomUUID().replaceAll('-', '');
  const time = Date.now().toString(16).padStart(12, '0');
  return [time.slice(0, 8), time.slice(8), `7${hex.slice(13, 16)}`, hex.slice(16, 20), hex.slice(20)].join('-');
};
const once = () => ({ 'Idempotency-Key': uuid() });

/** report makes a building fire of its own for a test. */
async function report(request: APIRequestContext): Promise<string> {
  const id = uuid();
  const data = { type: 'Feature', geometry: { type: 'Point', coordinates: point }, properties: { kind: 'building_fire', title: `方案测试 ${Date.now()}`, priority: 3 } };
  const answer = await request.put(`/api/incidents/${id}`, { headers: once(), data });
  expect(answer.ok(), await answer.text()).toBe(true);
  return id;
}

interface Sent { id: string; unit: string; version: number }
const sentTo = async (request: APIRequestContext, incident: string): Promise<Sent[]> =>
  ((await (await request.get(`/api/assignments?incident=${incident}&open=true`)).json()) as { assignments: Sent[] }).assignments;

/** takeBack cancels what a test ordered, so that the next finds its units free. */
async function takeBack(request: APIRequestContext, incident: string): Promise<void> {
  for (const { id, version } of await sentTo(request, incident)) {
    const answer = await request.post(`/api/assignments/${id}/advance`, { headers: { ...once(), 'If-Match': `"${version}"` }, data: { to: 'cancelled', reason: '测试结束' } });
    expect(answer.ok(), await answer.text()).toBe(true);
  }
}

async function openAt(page: Page, incident: string) {
  await page.goto(`/desk?i=${incident}&at=${point.join(',')},13`);
  const panel = page.locator('[data-recommend]');
  await expect(panel.locator('[data-unit]').first()).toBeVisible({ timeout: 60_000 });
  return panel;
}

test('a building fire is answered by its card, and what is ticked goes at once and stands in the timeline', async ({ page }) => {
  await signIn(page);
  const incident = await report(page.request);
  const panel = await openAt(page, incident);
  await expect(panel.locator('[data-card-name]')).toContainText('建筑火灾');
  const picks = panel.locator('[data-unit][data-picked]');
  const n = await picks.count();
  expect(n).toBeGreaterThan(1);
  await expect(panel.locator('[data-tick]:checked')).toHaveCount(n);
  await expect(page.locator('[data-send]')).toContainText(`派出 ${n} 支`);
  await panel.locator('[data-why-open]').click();
  await expect(panel.locator('[data-why] li').first()).toBeVisible();
  expect(await axe(page)).toEqual([]);

  // one is taken out by keyboard: it is missing now, and it does not go
  await page.keyboard.press('r');
  const first = panel.locator('[data-tick]').first();
  await expect(first).toBeFocused();
  await page.keyboard.press('Space');
  await expect(panel.locator('[data-shortfall]').first()).toContainText('缺 1');
  const kept = (await picks.first().getAttribute('data-unit'))!;
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-done]')).toContainText(`已派出 ${n - 1} 支`);
  const sent = await sentTo(page.request, incident);
  expect(sent).toHaveLength(n - 1);
  expect(sent.map((a) => a.unit)).not.toContain(kept);
  await expect(page.locator('[data-assignment]')).toHaveCount(n - 1);

  const note = page.locator('[data-activation]');
  await expect(note).toContainText(`${n - 1} 支`);
  await note.getByRole('button').click();
  await expect(note.locator('[data-kept]')).toContainText('推荐未派');
  await takeBack(page.request, incident);
});

test('a higher level asks for more', async ({ page }) => {
  await signIn(page);
  const incident = await report(page.request);
  const panel = await openAt(page, incident);
  const asked = await panel.locator('[data-requirement]').count();
  await panel.locator('[data-level-up]').click();
  await expect(panel.locator('[data-level]')).toHaveText('第 2 级');
  await expect.poll(() => panel.locator('[data-requirement]').count()).toBeGreaterThan(asked);
});

test('when another desk was faster nobody goes, the unit is named, and the ticks stay', async ({ page }) => {
  await signIn(page);
  const [incident, rival] = [await report(page.request), await report(page.request)];
  const panel = await openAt(page, incident);
  const first = panel.locator('[data-unit][data-picked]').first();
  const unit = (await first.getAttribute('data-unit'))!;
  await page.route('**/api/incidents/*/orders', async (route) => {
    const taken = await page.request.put(`/api/assignments/${uuid()}`, { headers: once(), data: { incident: rival, unit } });
    expect(taken.ok(), await taken.text()).toBe(true);
    await route.continue();
  }, { times: 1 });
  const others = (await panel.locator('[data-tick]:checked').count()) - 1;
  await page.locator('[data-send]').click();
  await expect(page.locator('[data-refused]')).toContainText('已在执行');
  expect(await sentTo(page.request, incident)).toEqual([]);
  await expect.poll(() => panel.locator('[data-tick]:checked').count()).toBeGreaterThanOrEqual(others);
  await takeBack(page.request, rival);
});

test('a run card is made in the ledgers, refused at its field first, and holds in the whole city', async ({ page }) => {
  await signIn(page, '/ledgers/run_card/new', 'planner');
  const entry = page.locator('.entry');
  await expect(entry.locator('[data-levels]')).toBeVisible();
  const code = `T-${Date.now()}`;
  await entry.getByLabel('代码', { exact: false }).first().fill(code);
  await entry.getByLabel('名称', { exact: false }).first().fill(`测试方案 ${code}`);
  await entry.locator('[data-chip="public_health"]').click();
  await entry.locator('[data-add-level]').click();
  await page.keyboard.press('Control+Enter');
  await expect(entry.locator('[data-levels]')).toContainText('必填');
  await entry.locator('[data-add-kind]').selectOption('ambulance');
  await entry.locator('[data-add-kind]').selectOption('command');
  await entry.locator('[data-quantity]').fill('2');
  await entry.locator('[data-within]').fill('20');
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/\/ledgers\/run_card\/[0-9a-f-]{36}/);
  const id = page.url().split('/').at(-1)!;
  const made = (await (await page.request.get(`/api/ledgers/run_card/${id}`)).json()) as { geometry: { type: string }; properties: Record<string, unknown> };
  expect(made.geometry.type).toMatch(/Polygon/);
  expect(made.properties).toMatchObject({ code, kinds: ['public_health'], mode: 'prefill', levels: [{ requirements: [{ type: 'unit_kind', quantity: 2, kinds: ['ambulance', 'command'], within_min: 20 }] }] });
  expect((await page.request.delete(`/api/ledgers/run_card/${id}`, { headers: { ...once(), 'If-Match': '"1"' } })).ok()).toBe(true);
});

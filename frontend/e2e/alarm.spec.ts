import { randomUUID } from 'node:crypto';
import type { APIRequestContext } from '@playwright/test';
import { axe, closeNetwork, drawn, expect, signIn, test, type Seen } from './fixtures';

const point = [119.59, 39.94] as const;
/** uuid is a random id of the version the server asks for. */
const uuid = () => {
  const hex = randomUUID().replaceAll('-', '');
  const time = Date.now().toString(16).padStart(12, '0');
  return [time.slice(0, 8), time.slice(8), `7${hex.slice(13, 16)}`, hex.slice(16, 20), hex.slice(20)].join('-');
};
const once = () => ({ 'Idempotency-Key': uuid() });

interface Alarm { id: string; version: number; kind: string; state: string; outcome?: string; incident?: string; acknowledged_by_name?: string }
async function alarmsOf(request: APIRequestContext, open = false): Promise<Alarm[]> {
  return ((await (await request.get(`/api/alarms?open=${open}`)).json()) as { alarms: Alarm[] }).alarms;
}
/** callForHelp lets the demo crew press its button, and ends what it pressed before. */
async function callForHelp(crew: APIRequestContext, desk: APIRequestContext): Promise<string> {
  for (const a of await alarmsOf(desk, true)) {
    if (a.kind === 'sos') await desk.post(`/api/alarms/${a.id}/advance`, { headers: { ...once(), 'If-Match': `"${a.version}"` }, data: { to: 'ended', outcome: 'handled' } });
  }
  const id = uuid();
  const answer = await crew.put(`/api/alarms/${id}`, { headers: once(), data: { kind: 'sos', point: { type: 'Point', coordinates: point }, note: '车辆被困' } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return id;
}

test('a crew calls for help: two desks see it, one takes it, the other reads who, and an incident is made of it', async ({ page, browser }) => {
  test.slow(); // three sessions at once
  const at = '/desk?at=119.7500,39.9800,13'; // the caller is out of view
  const other = await browser.newContext({ baseURL: process.env.BASE_URL, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' });
  const out = await closeNetwork(other);
  const crewContext = await browser.newContext({ baseURL: process.env.BASE_URL });
  const crew = crewContext.request;
  expect((await crew.post('/api/session', { data: { name: 'responder', password: 'demo-responder-2026' } })).ok()).toBe(true);
  const second = await other.newPage();
  await signIn(page, at);
  await signIn(second, at, 'duty_officer');
  for (const desk of [page, second]) await desk.waitForFunction(() => !!(window as unknown as Seen).map, undefined, { timeout: 90_000 }); // two maps at once in software GL
  await expect(page.locator('[data-sound]')).toBeVisible();
  await page.keyboard.press('+'); // a person has moved this map: it stays

  const id = await callForHelp(crew, page.request);
  for (const desk of [page, second]) {
    await expect(desk.locator(`[data-alarm-id="${id}"]`)).toHaveAttribute('data-alarm-state', 'raised');
    await expect(desk.locator('[data-alarm]')).toContainText('求救');
  }
  await expect(page.locator('[data-away]').first(), 'out of view it is shown at the edge').toBeVisible();
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Shift+A'); // a key is a gesture too
  await expect(page.locator('[data-alarm-list]')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-sounding]')).toHaveAttribute('data-sounding', 'sos');
  await page.keyboard.press('m');
  await expect(page.locator('[data-sound]')).toHaveAttribute('data-sound', 'muted');
  await expect(page.locator('[data-sounding]')).toHaveAttribute('data-sounding', 'none');
  await expect(page.locator('[data-alarm]'), 'muting hides nothing').toBeVisible();
  await page.keyboard.press('m');

  await second.keyboard.press('a');
  for (const desk of [page, second]) await expect(desk.locator('[data-alarm]').locator('[data-seen]').first()).toContainText(/已由 .+ 于 .+ 确认/);
  await expect(page.locator('[data-sounding]')).not.toHaveAttribute('data-sounding', 'sos');
  const taken = (await alarmsOf(page.request)).find((a) => a.id === id)!;
  await expect(page.locator('[data-seen]').first()).toContainText(taken.acknowledged_by_name!);

  const behind = page.locator(`[data-taken="${id}"]`); // behind one that nobody has taken, such as a void of the demo city
  if (await behind.count()) await behind.click();
  await page.locator('[data-make]').click();
  await expect(page.locator('[data-from-alarm]')).toBeVisible();
  await expect(page.getByLabel('标题', { exact: false })).toHaveValue(/求救/);
  await page.getByRole('listbox', { name: /类型/ }).focus();
  await page.keyboard.press('j');
  const sent = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().includes('/api/incidents/'));
  await page.keyboard.press('Control+Enter');
  const answer = await sent;
  expect(answer.status(), await answer.text()).toBe(200);
  expect((answer.request().postDataJSON() as { properties: { source: string } }).properties.source).toBe('sos');
  const incident = new URL(answer.url()).pathname.split('/').at(-1)!;
  await expect.poll(async () => (await alarmsOf(page.request)).find((a) => a.id === id)).toMatchObject({ state: 'ended', outcome: 'incident', incident });
  for (const desk of [page, second]) await expect(desk.locator(`[data-alarm-id="${id}"]`)).toHaveCount(0);
  await second.keyboard.press('Shift+A');
  await expect(second.locator('[data-alarm-history]')).toContainText('转为事件');
  expect(await axe(second)).toEqual([]);
  expect(out, 'requests beyond loopback').toEqual([]);
  await crewContext.close();
  await other.close();
});

test('the coverage panel says which rules hold, and joint dispatch groups its units by incident', async ({ page }) => {
  await signIn(page, `/desk?at=${point.join(',')},12`);
  for (const title of ['联合测试甲', '联合测试乙']) {
    const data = { type: 'Feature', geometry: { type: 'Point', coordinates: [point[0] + Math.random() / 50, point[1]] }, properties: { kind: 'building_fire', title: `${title} ${Date.now()}`, priority: 2 } };
    expect((await page.request.put(`/api/incidents/${uuid()}`, { headers: once(), data })).ok()).toBe(true);
  }
  await drawn(page);
  await page.keyboard.press('v');
  await expect(page.locator('[data-void]').first()).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('[data-void][data-holds]').first()).toContainText(/满足/);
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-cover]')).toHaveCount(0);
  await expect(page.locator('[data-joint-offer]')).toBeVisible();
  await page.keyboard.press('g');
  await expect(page.locator('[data-joint-incident]').nth(1)).toBeVisible();
  await expect(page.locator('[data-slot]').first()).toBeVisible();
  expect(await axe(page)).toEqual([]);

  // one incident's units go at once
  const group = page.locator('[data-joint-incident]').filter({ hasText: '联合测试甲' }).filter({ has: page.locator('[data-slot]') }).first();
  const incident = (await group.getAttribute('data-joint-incident'))!;
  const n = await group.locator('[data-slot]').count();
  await group.locator('[data-send-one]').click();
  await expect(page.locator('[data-joint-sent]')).toContainText(`派出 ${n} 支`);
  const { assignments } = (await (await page.request.get(`/api/assignments?incident=${incident}&open=true`)).json()) as { assignments: { id: string; version: number }[] };
  expect(assignments).toHaveLength(n);
  for (const { id, version } of assignments) {
    const back = await page.request.post(`/api/assignments/${id}/advance`, { headers: { ...once(), 'If-Match': `"${version}"` }, data: { to: 'cancelled', reason: '测试结束' } });
    expect(back.ok(), await back.text()).toBe(true);
  }
});

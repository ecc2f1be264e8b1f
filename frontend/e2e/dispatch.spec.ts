import { randomUUID } from 'node:crypto';
import type { APIRequestContext, Page } from '@playwright/test';
import { axe, closeNetwork, expect, signIn, test } from './fixtures';

const point = [119.59, 39.94] as const;

/** uuid is a random id of the version the server asks for. */
const uuid = () => {
  const hex = randomUUID().replaceAll('-', '');
  const time = Date.now().toString(16).padStart(12, '0');
  return [time.slice(0, 8), time.slice(8), `7${hex.slice(13, 16)}`, hex.slice(16, 20), hex.slice(20)].join('-');
};
const once = () => ({ 'Idempotency-Key': uuid() });

/** enter opens a session without a page. */
async function enter(request: APIRequestContext): Promise<void> {
  const answer = await request.post('/api/session', { data: { name: 'dispatcher', password: 'demo-dispatcher-2026' } });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** report makes an incident of its own for a test. */
async function report(request: APIRequestContext): Promise<string> {
  const id = uuid();
  const data = { type: 'Feature', geometry: { type: 'Point', coordinates: point }, properties: { kind: 'building_fire', title: `派车测试 ${Date.now()}`, priority: 3 } };
  const answer = await request.put(`/api/incidents/${id}`, { headers: once(), data });
  expect(answer.ok(), await answer.text()).toBe(true);
  return id;
}

interface Eta { assignment: string; unit: string; arrive_at?: string; travel_s?: number; without_s?: number }
async function etaOf(request: APIRequestContext, assignment: string): Promise<Eta | undefined> {
  const { etas } = (await (await request.get('/api/etas')).json()) as { etas: Eta[] };
  return etas.find((e) => e.assignment === assignment);
}

/** closeMiddle closes the middle of the way a unit has to an incident, and returns the path of the closure. */
async function closeMiddle(request: APIRequestContext, unit: string, incident: string, name: string): Promise<string> {
  const way = await request.post('/api/route', { data: { from: { kind: 'unit', id: unit }, to: { kind: 'incident', id: incident } } });
  const { line } = (await way.json()) as { line: { coordinates: [number, number][] } };
  const properties = { code: `T-${Date.now()}`, name, division: '', source_datum: 'wgs84', sensitivity: 0, cause: 'collapse', confidence: 'verified' };
  // in streets like a chessboard there is often a way round that is as short: the first closure that costs something stays
  for (let at = Math.floor(line.coordinates.length / 2); at < line.coordinates.length; at++) {
    const path = `/api/ledgers/closure/${uuid()}`;
    const answer = await request.put(path, { headers: once(), data: { type: 'Feature', geometry: { type: 'LineString', coordinates: line.coordinates.slice(at - 1, at + 1) }, properties } });
    expect(answer.ok(), await answer.text()).toBe(true);
    const now = (await (await request.post('/api/route', { data: { from: { kind: 'unit', id: unit }, to: { kind: 'incident', id: incident } } })).json()) as { reachable: boolean; travel_s?: number; without_s?: number };
    if (!now.reachable || now.travel_s! > now.without_s! + 1) return path;
    expect((await request.delete(path, { headers: { ...once(), 'If-Match': '"1"' } })).ok()).toBe(true);
  }
  throw new Error('no closure on the way costs time');
}

/** orderFarthest orders the last unit of the list by keyboard alone, and waits until the server has it. */
async function orderFarthest(page: Page): Promise<string> {
  const rows = page.locator('[data-near]');
  await expect(rows.nth(4)).toBeVisible();
  await page.keyboard.press('d');
  await expect(rows.first()).toBeFocused();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown');
  await expect(rows.nth(4)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-confirm]')).toBeVisible();
  const sent = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().includes('/api/assignments/'));
  await page.keyboard.press('Enter');
  const answer = await sent;
  expect(answer.status(), await answer.text()).toBe(200);
  return new URL(answer.url()).pathname.split('/').at(-1)!;
}

test('a unit ordered by minutes is seen on its way at another desk, and a closed road costs it time by name', async ({ page, browser }) => {
  const other = await browser.newContext({ baseURL: process.env.BASE_URL, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const out = await closeNetwork(other);
  const second = await other.newPage();
  await enter(page.request);
  const incident = await report(page.request);
  await signIn(second, `/desk?i=${incident}&at=${point.join(',')},13`);
  await page.goto(`/desk?i=${incident}&at=${point.join(',')},13`);
  for (const desk of [page, second]) await expect(desk.locator('[data-near]').nth(4)).toBeVisible({ timeout: 60_000 }); // two maps at once in software GL
  await expect(page.locator('[data-nearest]')).toHaveAttribute('data-basis', 'road');
  const id = await orderFarthest(page);

  const there = second.locator(`[data-assignment="${id}"]`);
  await expect(there).toHaveAttribute('data-state', 'ordered');
  const clock = there.locator('[data-eta]');
  await expect(clock).toHaveText(/^\+?\d+:\d\d/);
  const shown = await clock.innerText();
  await expect(clock, 'it counts').not.toHaveText(shown);
  await expect(second.locator(`[data-incident="${incident}"] [data-sum]`)).toContainText('首支');

  await page.locator(`[data-assignment="${id}"] [data-step="acknowledged"]`).click();
  for (const desk of [page, second]) {
    const row = desk.locator(`[data-assignment="${id}"]`);
    await expect(row).toHaveAttribute('data-state', 'acknowledged');
    await expect(row).toContainText('已接令');
  }

  const before = (await etaOf(page.request, id))!;
  const name = `派车测试阻断 ${Date.now()}`;
  const closure = await closeMiddle(page.request, before.unit, incident, name);
  await expect(there.locator('[data-closed]')).toContainText(name);
  const after = await etaOf(page.request, id);
  // against the same way without closures: the unit has moved on since the ETA before
  if (after?.arrive_at) expect(after.travel_s).toBeGreaterThan(after.without_s!);
  else await expect(clock).toHaveText('到达时间不详');
  expect(await axe(page)).toEqual([]);
  expect((await page.request.delete(closure, { headers: { ...once(), 'If-Match': '"1"' } })).ok()).toBe(true);

  const mine = page.locator(`[data-assignment="${id}"]`);
  await mine.locator('[data-more]').click();
  await mine.getByRole('button', { name: '取消', exact: true }).click();
  await mine.getByLabel('原因（必填）').fill('测试结束');
  await page.keyboard.press('Enter');
  await expect(there).toHaveCount(0);
  await expect(second.getByRole('region', { name: '时间线' })).toContainText('测试结束');
  expect(out, 'requests beyond loopback').toEqual([]);
  await other.close();
});

test('a unit somebody else has taken is refused in words, and the list stays', async ({ page }) => {
  await enter(page.request);
  const [incident, rival] = [await report(page.request), await report(page.request)];
  await page.goto(`/desk?i=${incident}&at=${point.join(',')},13`);
  const row = page.locator('[data-near]').first();
  await expect(row).toBeVisible();
  const unit = (await row.getAttribute('data-near-id'))!;
  const taken = uuid();
  // the other desk is faster than the frame that would tell this one
  await page.route('**/api/assignments/*', async (route) => {
    await page.request.put(`/api/assignments/${taken}`, { headers: once(), data: { incident: rival, unit } });
    await route.continue();
  }, { times: 1 });
  await row.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-nearest]').getByRole('alert')).toContainText('未派出');
  await expect(row).toBeVisible();
  const gone = await page.request.post(`/api/assignments/${taken}/advance`, { headers: { ...once(), 'If-Match': '"1"' }, data: { to: 'cancelled', reason: '测试结束' } });
  expect(gone.ok(), await gone.text()).toBe(true);
});

test('a unit is diverted to a more urgent incident, with the reason in both timelines', async ({ page }) => {
  await enter(page.request);
  const [first, second] = [await report(page.request), await report(page.request)];
  const near = await page.request.post('/api/nearest', { data: { point: { type: 'Point', coordinates: point }, kinds: ['unit'], k: 20, status: ['available'] } });
  const open = async (incident: string) => ((await (await page.request.get(`/api/assignments?incident=${incident}&open=true`)).json()) as { assignments: { id: string; version: number; state: string }[] }).assignments;
  for (const { id: unit } of ((await near.json()) as { results: { id: string }[] }).results) {
    expect((await page.request.put(`/api/assignments/${uuid()}`, { headers: once(), data: { incident: first, unit } })).ok()).toBe(true);
    const [task] = await open(first);
    if (task!.state === 'ordered') break;
    await page.request.post(`/api/assignments/${task!.id}/advance`, { headers: { ...once(), 'If-Match': `"${task!.version}"` }, data: { to: 'cancelled', reason: '归属单位未同意' } });
  }
  const id = (await open(first))[0]!.id;
  await page.goto(`/desk?i=${first}&at=${point.join(',')},13`);
  const mine = page.locator(`[data-assignment="${id}"]`);
  await mine.locator('[data-more]').click();
  await mine.getByRole('button', { name: '改派', exact: true }).click();
  await mine.locator('[data-divert] select').selectOption(second);
  const why = `更急 ${Date.now()}`;
  await mine.locator('[data-divert-reason]').fill(why);
  const sent = page.waitForResponse((r) => r.request().method() === 'POST' && r.url().includes('/divert'));
  await page.keyboard.press('Enter');
  const answer = await sent;
  expect(answer.status(), await answer.text()).toBe(200);
  await expect(mine).toHaveCount(0);
  await expect(page.getByRole('region', { name: '时间线' })).toContainText(why);
  const assignments = await open(second);
  expect(assignments.map((a) => a.state)).toEqual(['ordered']);
  await page.goto(`/desk?i=${second}&at=${point.join(',')},13`);
  await expect(page.locator(`[data-assignment="${assignments[0]!.id}"]`)).toHaveAttribute('data-state', 'ordered');
  await expect(page.getByRole('region', { name: '时间线' })).toContainText(why);
  const back = await page.request.post(`/api/assignments/${assignments[0]!.id}/advance`, { headers: { ...once(), 'If-Match': `"${assignments[0]!.version}"` }, data: { to: 'cancelled', reason: '测试结束' } });
  expect(back.ok(), await back.text()).toBe(true);
});

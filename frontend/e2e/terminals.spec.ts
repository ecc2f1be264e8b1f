import { randomUUID } from 'node:crypto';
import type { APIRequestContext } from '@playwright/test';
import { axe, drawn, expect, signIn, test, type Seen } from './fixtures';

const HOUR = 3_600_000;
/** report sends one position as a phone app does; at is ms. */
const report = (request: APIRequestContext, id: string, token: string, at: number, lon: number, lat: number, knots: number) =>
  request.get('/api/osmand', { params: { id, token, lon, lat, speed: knots, bearing: 90, timestamp: Math.round(at / 1000) } });

interface Unit { id: string; code: string; call_sign: string }
/** silent is a unit that the demo city does not move: what its track holds is the test's own. */
async function silent(playwright: { request: { newContext(o: object): Promise<APIRequestContext> } }, units: readonly Unit[]): Promise<Unit | undefined> {
  const desk = await playwright.request.newContext({ baseURL: process.env.BASE_URL });
  expect((await desk.post('/api/session', { data: { name: 'dispatcher', password: 'demo-dispatcher-2026' } })).ok()).toBe(true);
  const from = new Date(Date.now() - 2 * HOUR).toISOString();
  let found: Unit | undefined;
  for (const unit of units) {
    const answer = await desk.get('/api/tracks', { params: { unit: unit.id, from } });
    if (answer.ok() && !((await answer.json()) as { features: unknown[] }).features.length) {
      found = unit;
      break;
    }
  }
  await desk.dispose();
  return found;
}

test('a stranger that knocks is entered, its secret shown once, its messages counted, and its unit’s track drawn', async ({ page, playwright }) => {
  const identity = `phone-${Date.now()}`;
  const phone = await playwright.request.newContext({ baseURL: process.env.BASE_URL });
  await signIn(page, '/ingest', 'admin');
  const stranger = await report(phone, identity, 'guess', Date.now(), 119.6, 39.94, 0);
  expect(stranger.status()).toBe(401);

  const knock = page.locator(`[data-knock="${identity}"]`);
  await expect(knock).toContainText('终端未登记');
  await knock.getByRole('button').click();
  const form = page.locator('[data-terminal-form]');
  await expect(form.getByLabel('标识', { exact: false })).toHaveValue(identity);
  await page.keyboard.press('Control+Enter');
  await expect(form).toContainText('请从列表中选取一支力量');
  const { units } = (await (await page.request.get('/api/terminals')).json()) as { units: Unit[] };
  const unit = (await silent(playwright, units))!;
  await form.getByLabel('所属力量', { exact: false }).fill(unit.code);
  expect(await axe(page), 'the form').toEqual([]);
  await page.keyboard.press('Control+Enter');
  const secret = (await page.locator('[data-secret]').textContent())!;
  expect(secret.length).toBeGreaterThan(15);
  await page.locator('[data-written]').click();
  await expect(page.getByText(secret)).toHaveCount(0);
  await expect(knock).toHaveCount(0);

  // half an hour's way, a silence of a quarter, one impossible place, the last again
  const now = Date.now();
  const sent: [s: number, lon: number, lat: number, knots: number][] = [];
  for (let i = 0; i < 20; i++) sent.push([-2400 + i * 30, 119.55 + i * 0.002, 39.94, i < 10 ? 10 : 40]);
  sent.push([-1500, 118.2, 39.2, 20]);
  for (let i = 0; i < 20; i++) sent.push([-600 + i * 30, 119.6, 39.94 + i * 0.001, 8]);
  for (const [s, lon, lat, knots] of sent) expect((await report(phone, identity, secret, now + s * 1000, lon, lat, knots)).status()).toBe(200);
  await report(phone, identity, secret, now - 30_000, 119.6, 39.959, 8);
  expect((await report(phone, identity, 'wrong', now, 119.6, 39.94, 0)).status()).toBe(401);

  await page.keyboard.press('f');
  await page.keyboard.type(identity);
  const table = page.getByRole('table', { name: '终端与信源' });
  await expect(table.getByText('正常')).toBeVisible();
  await table.focus();
  await page.keyboard.press('ArrowDown');
  const detail = page.locator('[data-detail]');
  await expect(detail).toContainText(unit.call_sign);
  await expect(detail.locator('[data-count="messages"] dd')).toHaveText('42');
  await expect(detail.locator('[data-count="refused"] dd')).toHaveText('1');
  await expect(detail.locator('[data-error]')).toContainText('密钥错误或缺失');
  expect(await axe(page), 'the page').toEqual([]);
  await detail.locator('[data-turn]').click();
  await expect(page.locator('[data-said]')).toContainText(identity);
  await page.locator('[data-grade="off"]').click();
  await expect(table.getByText('已停用')).toBeVisible();
  await detail.locator('[data-turn]').click();
  await expect(table.getByText('已停用')).toHaveCount(0);

  await signIn(page, `/desk?at=119.6,39.95,14`);
  await drawn(page);
  await page.getByRole('searchbox', { name: '筛选' }).fill(unit.call_sign);
  await page.getByRole('table', { name: '出动力量' }).getByText(unit.call_sign, { exact: true }).first().click();
  await page.locator('[data-open-track]').click();
  const track = page.locator('[data-track]');
  await expect(track.locator('[data-figures]')).toContainText(/40 个位置 · .+ · 最高 74 km\/h/);
  await expect(track.locator('[data-gaps]')).toContainText('中断 1 次');
  await expect(track.locator('[data-jumps]')).toContainText('1 个存疑位置');
  const drawnParts = await page.evaluate(async () => {
    const { map } = window as unknown as Seen & { map: { getSource(id: string): { getData(): Promise<{ features: { properties: { part: string } }[] }> } } };
    const { features } = await map.getSource('overlay-track').getData();
    return features.map((f) => f.properties.part).sort();
  });
  expect([...new Set(drawnParts)]).toEqual(['end', 'gap', 'jump', 'point', 'run', 'way']);
  expect(drawnParts.filter((part) => part === 'run').length, 'slow, fast, slow').toBeGreaterThan(2);
  await track.locator('[data-fit]').click();
  await track.locator('[data-slider]').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(track.locator('[data-here]')).toContainText('15 km/h · 航向 90°');
  expect(await axe(page), 'the track').toEqual([]);
  for (const [format, holds] of [['geojson', '"LineString"'], ['gpx', '<trkpt'], ['kml', '<kml']] as const) {
    const saved = page.waitForEvent('download');
    await track.locator(`[data-export="${format}"]`).click();
    const stream = await (await saved).createReadStream();
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toContain(holds);
  }
  await track.locator('[data-span="range"]').click();
  const local = (ms: number) => new Date(ms + 8 * HOUR).toISOString().slice(0, 16);
  for (const [field, at] of [['from', now - 30 * 24 * HOUR], ['to', now - 29 * 24 * HOUR]] as const) {
    await track.locator(`[data-${field}]`).fill(local(at));
    await track.locator(`[data-${field}]`).blur();
  }
  await expect(track.locator('[data-none]')).toContainText('该时段没有留存的位置');

  const kept = (await (await page.request.get('/api/session')).json()) as { name: string };
  expect(kept.name).toBe('dispatcher');
  await signIn(page, '/ingest', 'admin');
  await page.locator('[data-find]').fill(identity);
  await table.getByText(identity).click();
  await detail.locator('[data-remove]').click();
  await page.locator('[data-remove-it]').click();
  await expect(page.locator('[data-said]')).toContainText(identity);
  await phone.dispose();
});

test('a unit that has entered a hazard ring is an alarm in words, and ends with the ring', async ({ page, playwright }) => {
  const once = () => ({ 'Idempotency-Key': randomUUID() });
  const admin = await playwright.request.newContext({ baseURL: process.env.BASE_URL });
  expect((await admin.post('/api/session', { data: { name: 'admin', password: 'demo-admin-2026' } })).ok()).toBe(true);
  const { units } = (await (await admin.get('/api/terminals')).json()) as { units: { id: string; call_sign: string }[] };
  const unit = units.at(-2)!, identity = `ring-${Date.now()}`, id = randomUUID();
  const entered = await admin.put(`/api/terminals/${id}`, { headers: once(), data: { protocol: 'osmand', identity, unit: unit.id, secret: 'new' } });
  expect(entered.ok(), await entered.text()).toBe(true);
  const { secret, version } = (await entered.json()) as { secret: string; version: number };

  await signIn(page, '/desk?at=119.6,39.94,12', 'duty_officer');
  const read = async () => ((await (await page.request.get('/api/ledgers/hazard?limit=1')).json()) as { features: { id: string; version: number; geometry: { coordinates: [number, number] }; properties: Record<string, unknown> }[] }).features[0]!;
  const hazard = await read();
  /** ring sets the hazard's ring, in metres; 0: none. */
  const ring = async (m: number) => {
    const { version: at } = await read();
    const put = await page.request.put(`/api/ledgers/hazard/${hazard.id}`, { headers: { ...once(), 'If-Match': `"${at}"` }, data: { type: 'Feature', geometry: hazard.geometry, properties: { ...hazard.properties, ring_m: m } } });
    expect(put.ok(), await put.text()).toBe(true);
  };
  await ring(400);
  const [lon, lat] = hazard.geometry.coordinates;
  const start = Date.now() - 10_000;
  await report(admin, identity, secret, start, lon + 0.02, lat, 5);
  const alarm = page.locator('[data-alarm-kind="hazard"]').filter({ hasText: `${unit.call_sign} 进入警戒圈` });
  let n = 0;
  await expect.poll(async () => {
    await report(admin, identity, secret, start + 6000 * ++n, lon + 0.0001 * n, lat, 5); // it must stay for ten seconds
    return alarm.count();
  }, { intervals: [1500], timeout: 25_000 }).toBe(1);
  await expect(alarm).toContainText('警戒圈（400 米）');
  expect(await axe(page)).toEqual([]);
  await ring(0);
  await expect(alarm, 'without its ring it ends').toHaveCount(0);
  await admin.delete(`/api/terminals/${id}`, { headers: { ...once(), 'If-Match': `"${version}"` } });
  await admin.dispose();
});

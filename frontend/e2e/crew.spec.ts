import { randomUUID } from 'node:crypto';
import type { APIRequestContext, Browser, Page } from '@playwright/test';
import { axe, closeNetwork, drawn, expect, signIn, test } from './fixtures';

const TABLET = { width: 1180, height: 820 };
const point = [119.59, 39.94] as const;
const ENDED = ['released', 'declined', 'cancelled', 'diverted'];

interface Task { id: string; version: number; state: string; unit: string; incident: string; ordered_at: string; [stamp: string]: unknown }
interface Happened { type: string; actor_name: string; occurred_at?: string; recorded_at: string; payload: { to?: string; when?: string } }

const uuid = () => {
  const hex = randomUUID().replaceAll('-', '');
  const time = Date.now().toString(16).padStart(12, '0');
  return [time.slice(0, 8), time.slice(8), `7${hex.slice(13, 16)}`, hex.slice(16, 20), hex.slice(20)].join('-');
};
const once = () => ({ 'Idempotency-Key': uuid() });

/** enter is the API as a demo role. */
async function enter(browser: Browser, role: string): Promise<APIRequestContext> {
  const { request } = await browser.newContext({ baseURL: process.env.BASE_URL });
  const answer = await request.post('/api/session', { data: { name: role, password: `demo-${role}-2026` } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return request;
}

const taskOf = async (desk: APIRequestContext, unit: string): Promise<Task | undefined> =>
  ((await (await desk.get('/api/assignments')).json()) as { assignments: Task[] }).assignments.find((a) => a.unit === unit && !ENDED.includes(a.state));

async function advance(desk: APIRequestContext, task: Task, to: string, reason?: string): Promise<void> {
  const answer = await desk.post(`/api/assignments/${task.id}/advance`, { headers: { ...once(), 'If-Match': `"${task.version}"` }, data: { to, ...(reason && { reason }) } });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** free ends whatever binds a unit. */
async function free(desk: APIRequestContext, unit: string): Promise<void> {
  const task = await taskOf(desk, unit);
  if (task) await advance(desk, task, ['proposed', 'ordered', 'acknowledged', 'enroute', 'staged'].includes(task.state) ? 'cancelled' : 'released', '测试');
}

/** order sends a unit to an incident of its own; a unit of another owner needs somebody else's word. */
async function order(browser: Browser, desk: APIRequestContext, unit: string, at: readonly [number, number] = point): Promise<{ incident: string; task: Task }> {
  await free(desk, unit);
  const incident = uuid();
  const data = { type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { kind: 'building_fire', title: `出动测试 ${Date.now()}`, priority: 2, place: '河北大街 138 号' } };
  expect((await desk.put(`/api/incidents/${incident}`, { headers: once(), data })).ok()).toBe(true);
  const made = await desk.put(`/api/assignments/${uuid()}`, { headers: once(), data: { incident, unit, note: '从东门进' } });
  expect(made.status(), await made.text()).toBe(200);
  let task = (await taskOf(desk, unit))!;
  if (task.state === 'proposed') {
    await advance(await enter(browser, 'duty_officer'), task, 'ordered', '归属单位值班室同意');
    task = (await taskOf(desk, unit))!;
  }
  expect(task.state).toBe('ordered');
  return { incident, task };
}

/** ready opens the crew's page for an order of its own. */
async function ready(browser: Browser, page: Page) {
  await page.setViewportSize(TABLET);
  await signIn(page, '/sign-in', 'responder');
  const { unit } = (await (await page.request.get('/api/session')).json()) as { unit: string };
  const desk = await enter(browser, 'dispatcher');
  const { incident, task } = await order(browser, desk, unit);
  await page.goto('/field');
  const mine = page.locator('[data-mine]');
  await expect(mine).toHaveAttribute('data-state', 'ordered', { timeout: 60_000 });
  await expect(page.locator('[data-whole="true"]'), 'nothing is still to be fetched').toBeAttached({ timeout: 60_000 });
  await drawn(page);
  return { desk, unit, incident, task, mine };
}

const stepsOf = async (desk: APIRequestContext, task: Task): Promise<Happened[]> =>
  ((await (await desk.get(`/api/assignments/${task.id}/history`)).json()) as { events: Happened[] }).events.filter((e) => e.type === 'assignment.advanced').reverse();

test('what a crew does without a network arrives once, in order, with the time at which it was done', async ({ page, browser, context }) => {
  const { desk, unit, incident, task, mine } = await ready(browser, page);
  await expect(mine).toContainText('从东门进');
  await expect(mine.locator('[data-ack-due]')).toContainText(/\d\d:\d\d$/);
  expect(await axe(page), 'the order').toEqual([]);
  await mine.locator('[data-step="acknowledged"]').click();
  await expect(mine).toHaveAttribute('data-state', 'acknowledged');
  await expect.poll(async () => (await taskOf(desk, unit))?.state).toBe('acknowledged');
  await expect(page.locator('[data-queue]')).toHaveAttribute('data-waiting', '0');

  await context.setOffline(true);
  const pressed = Date.now();
  await mine.locator('[data-step="enroute"]').click();
  await expect(mine).toHaveAttribute('data-state', 'enroute');
  await expect(mine.locator('[data-unsent-mark]')).toHaveText('待上传');
  const words = `西侧通道堵塞 ${pressed}`;
  await page.locator('[data-note-text]').fill(words);
  await page.locator('[data-note-text]').press('Enter');
  await expect(page.locator('[data-unsent="note"]')).toContainText(words);
  await expect(page.locator('[data-queue]')).toHaveAttribute('data-waiting', '2');
  await page.locator('[data-queue]').click();
  await expect(page.locator('[data-intent]').filter({ hasText: '等待上传' })).toHaveCount(2);
  expect(await axe(page), 'the list of what waits').toEqual([]);
  await page.keyboard.press('Escape');
  expect((await taskOf(desk, unit))?.state, 'the server knows nothing of it').toBe('acknowledged');

  const back = Date.now();
  await context.setOffline(false);
  await expect(page.locator('[data-queue]')).toHaveAttribute('data-waiting', '0');
  await expect(mine).toHaveAttribute('data-unsent', 'false');
  await expect(mine).toHaveAttribute('data-state', 'enroute');
  const steps = await stepsOf(desk, task);
  expect(steps.map((s) => s.payload.to)).toEqual([...(steps[0]?.payload.to === 'ordered' ? ['ordered'] : []), 'acknowledged', 'enroute']);
  const enroute = steps.at(-1)!;
  expect(Math.abs(new Date(enroute.payload.when!).getTime() - pressed), 'when it was pressed').toBeLessThan(3000);
  expect(new Date(enroute.recorded_at).getTime(), 'when it arrived').toBeGreaterThanOrEqual(back - 1000);
  const { notes } = (await (await desk.get(`/api/incidents/${incident}/notes`)).json()) as { notes: { text: string; recorded_at: string }[] };
  expect(notes.map((n) => n.text)).toEqual([words]);
  expect(notes[0]!.recorded_at > enroute.recorded_at, 'in order').toBe(true);
  await expect(page.locator('[data-note]')).toContainText(words);
});

test('a step that clashes with the desk is shown beside what stands, and a person chooses', async ({ page, browser, context }) => {
  const { desk, unit, task, mine } = await ready(browser, page);
  await context.setOffline(true);
  await mine.locator('[data-step="acknowledged"]').click();
  await expect(mine.locator('[data-unsent-mark]')).toBeVisible();
  await advance(desk, (await taskOf(desk, unit))!, 'acknowledged');
  await context.setOffline(false);
  await expect(mine.locator('[data-already]'), 'the desk had taken the same step').toBeVisible();
  expect((await stepsOf(desk, task)).filter((s) => s.payload.to === 'acknowledged')).toHaveLength(1);

  await context.setOffline(true);
  await mine.locator('[data-step="on_scene"]').click();
  await expect(mine).toHaveAttribute('data-unsent', 'true');
  await advance(desk, (await taskOf(desk, unit))!, 'enroute');
  await context.setOffline(false);
  await expect(mine.locator('[data-clash]')).toBeVisible();
  await expect(mine, 'what stands is shown').toHaveAttribute('data-state', 'enroute');
  expect((await taskOf(desk, unit))?.state, 'nothing is overwritten').toBe('enroute');
  await mine.getByRole('button', { name: '去处理' }).click();
  const item = page.locator('[data-intent][data-state="conflict"]');
  await expect(item).toContainText('到场');
  await expect(item).toContainText('途中');
  expect(await axe(page), 'a clash').toEqual([]);
  await item.locator('[data-apply]').click();
  await page.keyboard.press('Escape');
  await expect(mine).toHaveAttribute('data-state', 'on_scene');
  await expect.poll(async () => (await taskOf(desk, unit))?.state).toBe('on_scene');

  await context.setOffline(true);
  await mine.locator('[data-step="returning"]').click();
  await expect(mine).toHaveAttribute('data-unsent', 'true');
  await advance(desk, (await taskOf(desk, unit))!, 'to_facility');
  await context.setOffline(false);
  await expect(mine.locator('[data-clash]')).toBeVisible();
  await mine.getByRole('button', { name: '去处理' }).click();
  await page.locator('[data-intent][data-state="conflict"] [data-drop]').click();
  await expect(page.locator('[data-intent][data-state="conflict"]')).toHaveCount(0);
  expect((await taskOf(desk, unit))?.state, 'mine was dropped').toBe('to_facility');
  await free(desk, unit);
});

test('a call for help is held, sent, and answered from the desk; a photo goes without what the camera wrote', async ({ page, browser }) => {
  const { desk, unit, incident } = await ready(browser, page);
  const help = page.locator('[data-sos] button');
  const box = (await help.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.locator('[data-sos-state]'), 'a tap is not enough').toHaveCount(0);
  await page.mouse.down();
  await expect(page.locator('[data-sos-state]')).toContainText('求救已发出', { timeout: 15_000 });
  await page.mouse.up();
  const { alarms } = (await (await desk.get('/api/alarms')).json()) as { alarms: { id: string; version: number; kind: string; unit: string }[] };
  const alarm = alarms.find((a) => a.kind === 'sos' && a.unit === unit);
  expect(alarm, 'the desk has the alarm').toBeDefined();
  const seen = await desk.post(`/api/alarms/${alarm!.id}/advance`, { headers: { ...once(), 'If-Match': `"${alarm!.version}"` }, data: { to: 'acknowledged' } });
  expect(seen.status(), await seen.text()).toBe(200);
  await expect(page.locator('[data-sos-state]')).toContainText('已被 调度员（示例） 确认');

  const jpeg = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2600, 1300];
    canvas.getContext('2d')!.fillRect(0, 0, 1300, 1300);
    const blob = await new Promise<Blob>((done) => canvas.toBlob((b) => done(b!), 'image/jpeg'));
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const exif = Buffer.from([0xff, 0xe1, 0, 18, ...Buffer.from('Exif\0\0SECRETGPS\0')]);
  const file = Buffer.concat([Buffer.from(jpeg.slice(0, 2)), exif, Buffer.from(jpeg.slice(2))]);
  await page.locator('[data-photo]').setInputFiles({ name: 'camera.jpg', mimeType: 'image/jpeg', buffer: file });
  await expect(page.locator('[data-note] img')).toBeVisible();
  const { notes } = (await (await desk.get(`/api/incidents/${incident}/notes`)).json()) as { notes: { id: string; photo?: { width: number; height: number } }[] };
  const photo = notes.find((n) => n.photo)!;
  expect(photo.photo).toMatchObject({ width: 2048, height: 1024 });
  expect((await (await desk.get(`/api/photos/${photo.id}`)).body()).includes('SECRETGPS')).toBe(false);
  await free(desk, unit);
});

test('two pages of one browser send each thing once', async ({ page, browser, context }) => {
  const { desk, unit, task, mine } = await ready(browser, page);
  const second = await context.newPage();
  const out = await closeNetwork(context);
  await second.goto('/field');
  await expect(second.locator('[data-mine]')).toHaveAttribute('data-state', 'ordered', { timeout: 60_000 });
  const sent: string[] = [];
  context.on('request', (r) => r.url().endsWith('/advance') && sent.push(r.headers()['idempotency-key']!));
  await second.locator('[data-mine] [data-step="acknowledged"]').click();
  await expect(mine).toHaveAttribute('data-state', 'acknowledged');
  await mine.locator('[data-step="enroute"]').click();
  await expect(second.locator('[data-mine]')).toHaveAttribute('data-state', 'enroute');
  await expect.poll(async () => (await stepsOf(desk, task)).map((s) => s.payload.to).slice(-2)).toEqual(['acknowledged', 'enroute']);
  expect(new Set(sent).size).toBe(2);
  expect(sent, 'each was sent once').toHaveLength(2);
  expect(out).toEqual([]);
  await free(desk, unit);
});

test('positions propose an arrival, the desk sees it, and the crew confirms it with the time of the positions', async ({ page, browser }) => {
  await page.setViewportSize(TABLET);
  await signIn(page, '/sign-in', 'responder');
  const { unit } = (await (await page.request.get('/api/session')).json()) as { unit: string };
  const desk = await enter(browser, 'dispatcher');
  await page.goto('/field');
  const at = await page.waitForFunction((id) => {
    const { fleet } = window as unknown as { fleet?: { slotOf(id: string): number | undefined; at: Float64Array; lon: Float64Array; lat: Float64Array } };
    const slot = fleet?.slotOf(id);
    return slot !== undefined && fleet!.at[slot] ? [fleet!.lon[slot]!, fleet!.lat[slot]!] : undefined;
  }, unit, { timeout: 60_000 });
  const { task } = await order(browser, desk, unit, (await at.jsonValue()) as [number, number]);
  const mine = page.locator('[data-mine]');
  await mine.locator('[data-step="acknowledged"]').click();
  await mine.locator('[data-step="enroute"]').click();
  await expect(mine.locator('[data-arrived]')).toBeVisible({ timeout: 90_000 }); // three positions in a row, or twenty seconds of them
  const proposed = ((await taskOf(desk, unit)) as Task & { arrival_proposed_at?: string }).arrival_proposed_at!;
  await mine.locator('[data-arrived-yes]').click();
  await expect(mine).toHaveAttribute('data-state', 'on_scene');
  await expect.poll(async () => (await taskOf(desk, unit))?.state).toBe('on_scene');
  const there = (await stepsOf(desk, task)).find((s) => s.payload.to === 'on_scene')!;
  expect(Math.abs(new Date(there.payload.when!).getTime() - new Date(proposed).getTime())).toBeLessThan(1000);
  await free(desk, unit);
});

import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { axe, closeNetwork, drawn, expect, signIn, test, type Seen } from './fixtures';

interface Drawn extends Seen { map: Seen['map'] & { getStyle(): { layers: { id: string; source?: string; filter?: unknown }[] }; getSource(id: string): { getData(): Promise<{ features: { properties: { how: string; colour: string } }[] }> } | undefined } }

test.use({ viewport: { width: 1440, height: 900 } });

/** another opens a page of somebody else. */
async function another(browser: Browser, role: string, to: string): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ baseURL: process.env.BASE_URL });
  await closeNetwork(context);
  const page = await context.newPage();
  await signIn(page, to, role);
  return [context, page];
}

test('one person drafts a warning, another approves and issues it, the wall shows it, and it is cancelled', async ({ page, browser }) => {
  const headline = `海港区暴雨橙色预警 ${Date.now()}`;
  await signIn(page, '/warnings');
  await drawn(page);
  await page.keyboard.press('n');
  const form = page.locator('[data-warning-form]');
  await form.locator('[data-save-submit]').click();
  await expect(form).toContainText('请绘制区域或选取行政区');
  await form.locator('[data-colour="orange"]').click();
  await form.locator('[data-division]').fill('海港区');
  await form.locator('[data-division]').press('Enter');
  await expect(form.locator('[data-named="130302"]')).toBeVisible();
  await expect(form.locator('[data-reach]')).toContainText(/将预警 [\d\s\u2009]{4,} 人、\d{2} 个乡镇街道/);
  const people = async () => Number((await form.locator('[data-reach]').textContent())!.match(/预警 ([\d\s\u2009]+) 人/)?.[1]!.replace(/\D/g, '') ?? 0);
  const named = await people();
  // a part of other counties besides, drawn by hand
  await form.locator('[data-draw]').click();
  const box = (await page.locator('[data-map]').boundingBox())!;
  for (const [x, y] of [[0.35, 0.45], [0.5, 0.45], [0.5, 0.55], [0.35, 0.55]] as const) await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
  await form.locator('[data-drawn]').click();
  await expect.poll(people, 'polygon and divisions together').toBeGreaterThan(named);
  await form.locator('[data-headline]').fill(headline);
  await form.locator('[data-instruction]').fill('停止户外作业，转移低洼地带人员。');
  await form.locator('[data-cap-preview] summary').click();
  await expect(form.locator('[data-cap-preview]')).toContainText('<msgType>Alert</msgType>');
  expect(await axe(page), 'the form').toEqual([]);
  await page.keyboard.press('Control+Enter');
  const detail = page.locator('[data-warning-detail]');
  await expect(detail.locator('[data-work-state]')).toHaveText('待审核');
  await expect(detail.locator('[data-why]')).toHaveText('等待值班长批准');
  const id = page.url().split('/').at(-1)!;
  const strip = page.locator(`[data-warning-strip] [data-warning="${id}"]`);

  const [context, duty] = await another(browser, 'duty_officer', `/warnings/${id}`);
  const act = duty.locator('[data-warning-detail]');
  await expect(duty.locator(`[data-group="review"] [data-warning-item="${id}"]`)).toBeVisible();
  await expect(act.locator('[data-reach]')).toContainText(/将预警 .+ 人/);
  await act.locator('[data-approve]').click();
  await act.locator('[data-issue]').click();
  await act.locator('[data-password]').fill('not-the-password');
  await act.locator('[data-send]').click();
  await expect(act.locator('[data-problem]')).toContainText('密码错误');
  await expect(strip, 'nothing is shown of what is being prepared').toHaveCount(0);
  await act.locator('[data-password]').fill('demo-duty_officer-2026');
  await act.locator('[data-send]').click();
  await expect(act.locator('[data-countdown]')).toContainText(/\d+ 秒内可撤回/);
  await page.goto('/desk');
  await expect(strip).toContainText('暴雨橙色预警');
  await expect(strip).toContainText(headline);
  await expect(strip).toContainText(/\d+ 秒后对外发布/);
  await expect(strip.locator('[data-age]')).toContainText(/已 \d\d:\d\d · 至 /);
  expect(await axe(duty), 'the desk of warnings').toEqual([]);
  await page.waitForFunction(() => (window as unknown as Drawn).map?.getSource('overlay-warning'));
  const seen = await page.evaluate(async () => {
    const { map } = window as unknown as Drawn;
    const data = await map.getSource('overlay-warning')!.getData();
    return { areas: data.features.map((f) => f.properties.how), divisions: map.getStyle().layers.filter((l) => l.id.startsWith('warning-division')).length };
  });
  expect(seen.areas).toContain('real');
  expect(seen.divisions).toBe(8);
  expect(await axe(page), 'the wall').toEqual([]);

  // out: it is an alarm of this desk until somebody here has seen it, and the message can be fetched
  const alarm = page.locator('[data-alarm-kind="warning"]').filter({ hasText: headline });
  await expect(alarm).toBeVisible({ timeout: 33_000 });
  await alarm.locator('[data-ack]').click();
  await expect(alarm).toHaveCount(0);
  for (const address of [await act.locator('[data-cap]').getAttribute('href'), await duty.locator('[data-feed]').getAttribute('href')]) {
    expect(await (await duty.request.get(address!)).text()).toContain(headline);
  }
  await act.locator('[data-cancel]').click();
  await act.locator('[data-reason]').fill('雨已停');
  await act.locator('[data-send]').click();
  await expect(strip).toHaveCount(0);
  await expect(duty.locator(`[data-group="ended"] [data-warning-item="${id}"]`)).toContainText('已解除');
  await expect(act.locator('[data-sent]')).toContainText('雨已停');
  await context.close();
});

test('who wrote a warning cannot approve it; an exercise is unmistakable, and is taken back in time', async ({ page, playwright }) => {
  const text = { kind: 'gale', colour: 'blue', headline: `大风蓝色预警 ${Date.now()}`, urgency: 'Expected', certainty: 'Likely', area_text: '山海关区', divisions: ['130303'], expires: new Date(Date.now() + 3_600_000).toISOString(), exercise: '秋季联合演练' };
  const dispatcher = await playwright.request.newContext({ baseURL: process.env.BASE_URL });
  expect((await dispatcher.post('/api/session', { data: { name: 'dispatcher', password: 'demo-dispatcher-2026' } })).ok()).toBe(true);
  await signIn(page, '/sign-in', 'duty_officer');
  const [mine, theirs] = [randomUUID(), randomUUID()];
  for (const [writer, id] of [[page.request, mine], [dispatcher, theirs]] as const) {
    const put = await writer.put(`/api/warnings/${id}`, { headers: { 'Idempotency-Key': randomUUID() }, data: text });
    expect(put.ok(), await put.text()).toBe(true);
    const sent = await writer.post(`/api/warnings/${id}/submit`, { headers: { 'Idempotency-Key': randomUUID(), 'If-Match': '"1"' } });
    expect(sent.ok(), await sent.text()).toBe(true);
  }
  await page.goto(`/warnings/${mine}`);
  const act = page.locator('[data-warning-detail]');
  await expect(act.locator('[data-why]')).toHaveText('您参与了拟制，须由另一人批准');
  await expect(act.locator('[data-approve]')).toBeDisabled();
  await act.locator('[data-return]').click();
  await act.locator('[data-reason]').fill('请补充防御指南');
  await act.locator('[data-send]').click();
  await expect(page.locator(`[data-group="draft"] [data-warning-item="${mine}"]`)).toContainText('退回：请补充防御指南');

  await page.locator(`[data-group="review"] [data-warning-item="${theirs}"]`).click();
  await expect(act).toContainText('演练：秋季联合演练。不是真实预警');
  await act.locator('[data-approve]').click();
  await act.locator('[data-issue]').click();
  await expect(act.locator('[data-ask]')).toContainText('即将发布【演练】大风蓝色预警：山海关区');
  await act.locator('[data-password]').fill('demo-duty_officer-2026');
  await act.locator('[data-send]').click();
  await expect(act.locator('[data-countdown]')).toContainText(/\d+ 秒内可撤回/);
  const strip = page.locator(`[data-warning-strip] [data-warning="${theirs}"]`);
  await expect(strip).toContainText('演练');
  expect(await axe(page)).toEqual([]);
  await act.locator('[data-back]').click();
  await expect(act.locator('[data-reason]')).toHaveValue('误发撤回');
  await act.locator('[data-send]').click();
  await expect(strip).toHaveCount(0);
  await expect(act.locator('[data-work-state]')).toHaveText('草稿');
  for (const id of [mine, theirs]) {
    const { version } = (await (await page.request.get(`/api/warnings/${id}`)).json()) as { version: number };
    const ended = await page.request.post(`/api/warnings/${id}/cancel`, { headers: { 'Idempotency-Key': randomUUID(), 'If-Match': `"${version}"` }, data: { reason: '演练结束' } });
    expect(ended.ok(), await ended.text()).toBe(true);
  }
  await dispatcher.dispose();
});

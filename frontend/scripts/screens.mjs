// Writes the pictures of docs/screens from the running demo city: wall, field, plan and ledgers, in both languages and themes.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { startServer } from '../e2e/server.mjs';

const OUT = path.resolve('../docs/screens');
const WALL = { width: 1920, height: 1080 };
const TABLET = { width: 1180, height: 820 };
const TOWN = 'at=119.5800,39.9350,12.2';
const BRIDGE = [119.55318, 39.9251]; // of the flooded underpass's road
const WEST = [119.5453, 39.9202]; // on the same road, across the bridge from the incident
const AT_BRIDGE = `at=${BRIDGE.join(',')},14.2`;
const args = ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--hide-scrollbars', '--force-color-profile=srgb', '--font-render-hinting=none',
  '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];

const SHELTERS = '/plan?k=shelter&t=300.900.1800&s=900';

const near = async (page) => {
  await page.locator('[data-near]').first().hover();
};
const layers = async (page) => {
  await page.keyboard.press('y');
  for (const key of ['5', '6', '7']) await page.keyboard.press(key);
};
/** onScreen is where a point of the map stands on the page. */
const onScreen = (page, p) =>
  page.evaluate((at) => {
    const { x, y } = window.map.project(at);
    const box = window.map.getCanvas().getBoundingClientRect();
    return { x: x + box.x, y: y + box.y };
  }, p);
/** take opens the incident of a title on the wall, the map as it is. */
const take = (page, title) => page.locator('[data-region]').getByText(title).first().click();

const ranking = async (page) => {
  await take(page, '汤河桥');
  await page.locator('[data-near]').first().waitFor();
  await page.locator('[data-near]').nth(1).click();
  await page.locator('[data-route] .eta').waitFor();
};
/** closure closes the bridge while the way over it is shown; it stays for the pictures after. */
const closure = async (page) => {
  await take(page, '汤河桥');
  const from = await onScreen(page, WEST);
  await page.mouse.click(from.x, from.y, { button: 'right' });
  await page.getByRole('menuitem', { name: /汤河桥/ }).click();
  await page.locator('[data-route] .eta').waitFor();
  await page.keyboard.press('b');
  await page.getByRole('button', { name: '区域' }).click();
  const at = await onScreen(page, BRIDGE);
  for (const [dx, dy] of [[-34, -30], [40, -38], [44, 30], [-30, 36]]) await page.mouse.click(at.x + dx, at.y + dy);
  await page.keyboard.press('Enter');
  await page.locator('[data-covers]').getByText('段').waitFor();
  await page.getByRole('button', { name: '水淹' }).click();
  await page.locator('[data-closure-work] button[type=submit]').click();
  await page.locator('[data-lost]').waitFor();
};
const reach = async (page) => {
  await take(page, '汤河桥');
  await page.keyboard.press('i');
  await page.locator('[data-reach] tbody tr').first().waitFor();
};
const forces = async (page) => {
  await take(page, '京秦高速');
  for (let sent = 1; sent <= 3; sent++) {
    await page.locator('[data-orderable]').first().waitFor();
    await page.keyboard.press('d');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.locator('[data-forces] li').nth(sent - 1).waitFor();
  }
  await page.locator('[data-forces] li button').first().click();
};
const byTime = async (page) => {
  await page.getByRole('button', { name: '行驶时间' }).click();
  await page.keyboard.press('Control+Enter');
  await page.getByText('各格网到达时间').waitFor();
};
let calls = 0;
/** command sends a command of its own as whoever is signed in. */
const command = async (page, method, path, data, more = {}) => {
  const answer = await page.request[method](path, { headers: { 'Idempotency-Key': randomUUID(), ...more }, data });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
};
/** report makes an incident and goes to it. */
const report = async (page, title, point, priority = 2) => {
  const id = randomUUID();
  await command(page, 'put', `/api/incidents/${id}`, { type: 'Feature', geometry: { type: 'Point', coordinates: point }, properties: { kind: 'building_fire', title, priority, place: '河北大街 138 号' } });
  return id;
};
const entry = async (page) => {
  await page.keyboard.press('n');
  await page.getByRole('combobox', { name: /地点/ }).fill('119.5713, 39.9131');
  await page.keyboard.press('Enter');
  await page.getByRole('listbox', { name: /类型/ }).focus();
  await page.keyboard.press('j');
  await page.getByLabel('标题', { exact: false }).fill('河北大街民房起火');
  await page.locator('[data-around]').getByText('最近避难场所').waitFor();
};
/** picked shows what a card recommends. */
const picked = async (page) => {
  const id = await report(page, `河北大街民房起火 ${++calls}`, [119.59, 39.94]);
  await page.goto(`/desk?i=${id}&at=119.59,39.94,13`);
  await page.locator('[data-recommend] [data-unit]').first().waitFor({ timeout: 60_000 });
};
const whyNots = async (page) => {
  await picked(page);
  await page.locator('[data-why-open]').click();
  await page.locator('[data-why]').scrollIntoViewIfNeeded();
};
const order = async (page) => {
  await picked(page);
  await page.locator('[data-send]').click();
  await page.locator('[data-done]').waitFor();
};
const joint = async (page) => {
  await report(page, '和平大街车库起火', [119.6, 39.935]);
  await page.keyboard.press('g');
  await page.locator('[data-slot]').first().waitFor({ timeout: 60_000 });
};
const past = async (page) => {
  const { from, to } = await (await page.request.get('/api/replay/span')).json();
  const half = new Date(Math.max(new Date(from).getTime(), new Date(to).getTime() - 60_000)).toISOString();
  await page.goto(`/desk?${TOWN}&t=${half}`);
  await page.locator('[data-replay-banner]').waitFor({ timeout: 60_000 });
};
/** asDemo calls the API in another session than the page's. */
const asDemo = async (page, role, act) => {
  const context = await page.context().browser().newContext({ baseURL: new URL(page.url()).origin });
  await context.request.post('/api/session', { data: { name: role, password: `demo-${role}-2026` } });
  await act(context);
  await context.close();
};
const help = async (page) => {
  await asDemo(page, 'responder', (crew) => command(crew, 'put', `/api/alarms/${randomUUID()}`, { kind: 'sos', point: { type: 'Point', coordinates: [119.59, 39.94] }, note: '车辆被困' }));
  await page.locator('[data-alarm-kind="sos"]').waitFor();
};
/** crew orders the crew's own unit, whose owner agrees, and waits for it on the crew's page. */
const crew = async (page) => {
  const { unit } = await (await page.request.get('/api/session')).json();
  const id = randomUUID();
  await asDemo(page, 'dispatcher', async (desk) => {
    const { assignments } = await (await desk.request.get('/api/assignments')).json();
    if (assignments.some((a) => a.unit === unit && !a.ended_at)) return;
    const incident = await report(desk, '西港路厂房冒烟', [119.56, 39.93]);
    await command(desk, 'put', `/api/assignments/${id}`, { incident, unit, note: '从东门进，消火栓在北侧' });
  });
  await asDemo(page, 'duty_officer', async (duty) => {
    const { assignments } = await (await duty.request.get('/api/assignments')).json();
    const asked = assignments.find((a) => a.unit === unit && a.state === 'proposed');
    if (asked) await command(duty, 'post', `/api/assignments/${asked.id}/advance`, { to: 'ordered', reason: '归属单位值班室同意' }, { 'If-Match': `"${asked.version}"` });
  });
  await page.locator('[data-mine]').waitFor({ timeout: 60_000 });
};
const EXACT = '[data-result]:not([data-coarse])';
/** study asks a question of the planner and waits for its exact answer; fill completes the form. */
const study = async (page, kind, name, fill = async () => {}) => {
  if ((await page.locator('[data-new-study]').count()) === 0) await page.locator('[data-studies]').click();
  await page.locator('[data-new-study]').click();
  await page.locator('[data-question] select').first().selectOption(kind);
  await page.getByLabel('名称').fill(name);
  await fill();
  await page.locator('[data-ask]').click();
  await page.locator(`${EXACT} h2`, { hasText: name }).waitFor({ timeout: 60_000 });
};
const limit = (page, minutes) => () => page.getByLabel('限值（分钟）').fill(minutes);
const coverage = (page) => study(page, 'coverage', '避难场所步行覆盖', limit(page, '15, 30'));
const siting = async (page) => {
  await study(page, 'siting', '下两处避难场所');
  await page.locator('[data-table-rows] .vt-body .vt-row').first().click();
};
const evacuation = (page) =>
  study(page, 'evacuation', '城区低洼带转移', async () => {
    await page.locator('[data-draw-zone]').click();
    const at = await onScreen(page, [119.59, 39.935]);
    for (const [dx, dy] of [[-130, -90], [120, -110], [150, 70], [-110, 100]]) await page.mouse.click(at.x + dx, at.y + dy);
    await page.keyboard.press('Enter');
  });
const compared = async (page) => {
  await study(page, 'coverage', '步行 10 分钟', limit(page, '10'));
  await study(page, 'coverage', '步行 20 分钟', limit(page, '20'));
  await page.locator('[data-study]', { hasText: '步行 10 分钟' }).first().locator('[data-compare]').click();
  await page.locator('[data-compare-maps]').waitFor();
};
/** paper shows the report as it is printed, on a page as wide as A4. */
const paper = async (page) => {
  await siting(page);
  await settled(page, true);
  await page.evaluate(() => { window.print = () => undefined; });
  await page.locator('[data-export]').click();
  await page.getByRole('menuitem', { name: /打印报告/ }).click();
  await page.locator('[data-sheet]').waitFor({ state: 'attached' });
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 794, height: 1123 });
};
/** name, path, screen, theme, language, role and what is done before the picture is taken. */
const SHOTS = [
  { name: 'wall', to: '/desk', view: WALL },
  { name: 'wall-en', to: '/desk', view: WALL, locale: 'en' },
  { name: 'wall-light', to: '/desk', view: WALL, theme: 'light' },
  { name: 'wall-town', to: `/desk?${TOWN}`, view: WALL, act: near },
  { name: 'wall-layers', to: '/desk?at=119.4000,39.9000,10.2', view: WALL, act: layers },
  { name: 'wall-ranking', to: `/desk?${AT_BRIDGE}`, view: WALL, act: ranking },
  { name: 'wall-reach', to: `/desk?at=${BRIDGE.join(',')},10.6`, view: WALL, act: reach },
  { name: 'wall-closure', to: `/desk?${AT_BRIDGE}`, view: WALL, act: closure },
  { name: 'wall-forces', to: '/desk?at=119.5800,40.0700,11.4', view: WALL, act: forces },
  { name: 'wall-entry', to: `/desk?${TOWN}`, view: WALL, act: entry },
  { name: 'wall-recommend', to: '/desk', view: WALL, act: picked },
  { name: 'wall-why-not', to: '/desk', view: WALL, act: whyNots },
  { name: 'wall-order', to: '/desk', view: WALL, act: order },
  { name: 'wall-joint', to: `/desk?${TOWN}`, view: WALL, act: joint },
  { name: 'wall-replay', to: `/desk?${TOWN}`, view: WALL, act: past },
  { name: 'wall-sos', to: `/desk?${TOWN}`, view: WALL, act: help },
  { name: 'plan', to: '/plan', view: WALL, role: 'planner' },
  { name: 'plan-light-en', to: '/plan', view: WALL, role: 'planner', theme: 'light', locale: 'en' },
  { name: 'plan-time', to: '/plan', view: WALL, role: 'planner', act: byTime },
  { name: 'plan-coverage', to: SHELTERS, view: WALL, role: 'planner', act: coverage },
  { name: 'plan-siting', to: SHELTERS, view: WALL, role: 'planner', act: siting },
  { name: 'plan-evacuation', to: `${SHELTERS}&v=119.59,39.935,11.6`, view: WALL, role: 'planner', act: evacuation },
  { name: 'plan-compare', to: SHELTERS, view: WALL, role: 'planner', act: compared },
  { name: 'plan-report', to: SHELTERS, view: WALL, role: 'planner', act: paper, map: false },
  { name: 'ledgers', to: '/ledgers/depot', view: WALL, map: false },
  { name: 'field', to: '/field', view: TABLET, role: 'incident_commander', touch: true },
  { name: 'crew', to: '/field', view: TABLET, role: 'responder', touch: true, act: crew },
  { name: 'field-dark', to: '/field', view: TABLET, role: 'incident_commander', touch: true, act: (page) => page.getByRole('button', { name: '深色' }).click() },
];

async function shoot(browser, url, shot) {
  const context = await browser.newContext({ baseURL: url, viewport: shot.view, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', hasTouch: shot.touch ?? false });
  const role = shot.role ?? 'dispatcher';
  const settings = { theme: shot.theme ?? 'dark', locale: shot.locale ?? 'zh-CN' };
  await context.addInitScript((kept) => {
    localStorage.setItem('onemap.test', '1');
    localStorage.setItem('onemap.settings', JSON.stringify(kept));
  }, settings);
  const page = await context.newPage();
  const answer = await page.request.post('/api/session', { data: { name: role, password: `demo-${role}-2026` } });
  if (!answer.ok()) throw new Error(`sign in as ${role}: ${answer.status()}`);
  await page.goto(shot.to);
  await settled(page, shot.map !== false);
  if (shot.act) {
    await shot.act(page);
    await settled(page, shot.map !== false);
  }
  await page.screenshot({ path: path.join(OUT, `${shot.name}.png`) });
  await context.close();
  console.log(`docs/screens/${shot.name}.png`);
}

/** settled waits for tiles, fonts and the first answers of the server. */
async function settled(page, map) {
  if (map) await page.waitForFunction(() => window.map?.loaded() && window.map.areTilesLoaded(), undefined, { timeout: 90_000 });
  await page.waitForLoadState('networkidle').catch(() => undefined); // positions keep coming over the socket
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(2500);
}

/** heard waits until most vehicles of the demo city have told where they are. */
async function heard(url) {
  const opened = await fetch(`${url}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'dispatcher', password: 'demo-dispatcher-2026' }) });
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  for (let tries = 0; tries < 120; tries++) {
    const status = await (await fetch(`${url}/api/status`, { headers: { cookie } })).json();
    if (status.heard > status.units * 0.8) return;
    await new Promise((again) => setTimeout(again, 500));
  }
  throw new Error('the vehicles of the demo city are not heard');
}

fs.mkdirSync(OUT, { recursive: true });
const server = process.env.BASE_URL ? { url: process.env.BASE_URL, stop: async () => {} } : await startServer();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
try {
  await heard(server.url);
  const only = process.argv.slice(2); // names, or nothing for all
  for (const shot of SHOTS.filter((s) => !only.length || only.includes(s.name))) await shoot(browser, server.url, shot);
} finally {
  await browser.close();
  await server.stop();
}

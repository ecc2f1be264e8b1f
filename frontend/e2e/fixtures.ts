import fs from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Seen is what tests look at in the page; the client shows it when local storage asks for it. */
export interface Seen {
  map: { loaded(): boolean; areTilesLoaded(): boolean; getZoom(): number; jumpTo(view: { center: [number, number]; zoom: number }): void; getLayersOrder(): string[] };
  fleet: { lon: Float64Array; lat: Float64Array; length: number };
  axe: { run(where: Document, options: object): Promise<{ violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }> };
}

/** A closed network is part of every test, and so is a silent console. */
export const test = base.extend<{ closed: void }>({
  closed: [
    async ({ context, page }, use) => {
      const out = await closeNetwork(context);
      const errors = watchConsole(page);
      await use();
      expect(out, 'requests beyond loopback').toEqual([]);
      expect(errors, 'console errors').toEqual([]);
    },
    { auto: true },
  ],
});

/** closeNetwork refuses what leaves this machine and returns the list of it. */
export async function closeNetwork(context: BrowserContext): Promise<string[]> {
  const out: string[] = [];
  await context.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (LOOPBACK.includes(url.hostname) || ['data:', 'blob:'].includes(url.protocol)) return route.continue();
    out.push(url.href);
    return route.abort();
  });
  await context.addInitScript(() => localStorage.setItem('onemap.test', '1'));
  return out;
}

function watchConsole(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(e.message));
  page.on('console', (m) => {
    if (m.type() === 'error' && !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|Failed to load resource/.test(m.text())) errors.push(m.text());
  });
  return errors;
}

/** signIn opens a session as a demo role and goes to a workspace. */
export async function signIn(page: Page, to = '/desk', role = 'dispatcher'): Promise<void> {
  const answer = await page.request.post('/api/session', { data: { name: role, password: `demo-${role}-2026` } });
  expect(answer.ok(), `sign in as ${role}`).toBe(true);
  await page.goto(to);
}

/** drawn waits until the map stands still with all its tiles. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { map } = window as unknown as Seen;
    return map?.loaded() && map.areTilesLoaded();
  }, undefined, { timeout: 60_000 });
}

/** mapColours counts the colours of the map as the user sees it: a blank or covered map has few. */
export async function mapColours(page: Page, selector = '[data-map]'): Promise<number> {
  await drawn(page);
  const box = await page.locator(selector).first().boundingBox();
  if (!box || box.height < 8) return 0;
  const png = (await page.screenshot({ clip: box })).toString('base64');
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const g = canvas.getContext('2d', { willReadFrequently: true })!;
    g.drawImage(image, 0, 0);
    const { data: px } = g.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set<number>();
    for (let i = 0; i < px.length; i += 4 * 37) colours.add((px[i]! << 16) | (px[i + 1]! << 8) | px[i + 2]!);
    return colours.size;
  }, png);
}

/** axe lists what WCAG 2.2 AA finds wrong with the page. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const options = { preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
    const { violations } = await (window as unknown as Seen).axe.run(document, options);
    return violations.map((v) => `${v.id} (${v.impact}) ${v.nodes[0]?.target}`);
  });
}

export { expect };

import fs from 'node:fs';
import type { Page } from '@playwright/test';
import { axe, drawn, expect, signIn, test } from './fixtures';

const SHOTS = process.env.SHOTS; // a folder to keep pictures in
const shot = async (page: Page, name: string) => {
  if (!SHOTS) return;
  fs.mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png` });
};

/** counted counts every press of the pointer. */
function counted() {
  let n = 0;
  return {
    click: async (what: ReturnType<Page['locator']>) => {
      n++;
      await what.click();
    },
    get n() {
      return n;
    },
  };
}

test('what share is within 15 minutes of a shelter, where are the gaps, where do the next two go: under ten clicks', async ({ page }) => {
  test.slow();
  await signIn(page, '/plan', 'planner');
  await drawn(page);
  const hand = counted();
  await hand.click(page.getByRole('button', { name: '行驶时间' }));
  await hand.click(page.locator('[data-studies]'));
  await hand.click(page.locator('[data-new-study]'));
  await expect(page.locator('[data-result]')).toHaveAttribute('data-coarse', 'true'); // a coarse answer at once, and it says so
  await hand.click(page.locator('[data-ask]'));

  const result = page.locator('[data-result]:not([data-coarse])');
  await expect(result).toBeVisible({ timeout: 60_000 });
  await expect(result.locator('h2').first()).toContainText('15 分钟');
  await expect(result.locator('[data-figure]').first().locator('dd')).toHaveText(/\d/);
  await expect(result).toContainText('%');
  await expect(result.locator('[data-proof]')).toContainText(/最优/);
  const legend = page.locator('[data-plan-legend]');
  await expect(legend).toContainText('盲区');
  await expect(legend).toContainText('新增场所');
  console.log(`answered in ${hand.n} clicks`);
  expect(hand.n).toBeLessThan(10);
  await drawn(page);
  const chosen = await page.evaluate(() => {
    const { map } = window as unknown as { map: { queryRenderedFeatures(): { source: string; properties: { rank?: number } }[] } };
    return [...new Set(map.queryRenderedFeatures().filter((f) => f.source === 'overlay-plan-chosen').map((f) => f.properties.rank))].sort();
  });
  expect(chosen).toEqual([1, 2]);
  expect(await axe(page), 'result open').toEqual([]);
  await shot(page, 'plan-siting');

  await page.locator('[data-rerun]').click();
  await expect(page.locator('[data-rerun-said]')).toContainText('一致', { timeout: 60_000 });
  await expect(page).toHaveURL(/[?&]o=/);

  const first = page.locator('[data-study]').first(), id = await first.getAttribute('data-study');
  await page.locator('[data-tune]').click();
  const thumb = page.locator('[data-tuning] [role=slider]');
  await thumb.focus();
  await thumb.press('ArrowRight');
  await expect(page.locator('[data-result]')).toHaveAttribute('data-coarse', 'true');
  await expect(result.locator('h2').first()).toContainText('→ 20 分钟', { timeout: 60_000 });
  const mine = page.locator(`[data-study="${id}"]`);
  await mine.getByRole('button', { name: /^收起/ }).click();
  await mine.locator('[data-sure]').click();
  await expect(mine).toHaveCount(0);
});

/** resultOf is the open study as the server keeps it. */
const resultOf = (page: Page) =>
  page.evaluate(async () => {
    const id = new URL(location.href).searchParams.get('o');
    return (await fetch(`/api/studies/${id}/result`)).json() as Promise<{ figures: { code: string; value?: number }[]; tables: { code: string; columns: { code: string }[]; rows: unknown[][] }[]; assumptions: { text: string }[] }>;
  });
const digits = (text: string) => Number(text.replace(/\D/g, ''));

test('a drawn zone is evacuated: who finds a place, on paper and as files; two answers beside each other', async ({ page }) => {
  test.slow();
  await signIn(page, '/plan?k=shelter&t=300.900.1800&s=900&v=119.59,39.935,11.6', 'planner');
  await drawn(page);
  await page.locator('[data-studies]').click();
  const box = (await page.locator('[data-map]').boundingBox())!;
  for (const [name, size] of [['转移甲', 80], ['转移乙', 140]] as const) {
    await page.locator('[data-new-study]').click();
    await page.locator('[data-question] select').first().selectOption('evacuation');
    await page.getByLabel('名称').fill(name);
    await page.locator('[data-draw-zone]').click();
    for (const [x, y] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) await page.mouse.click(box.x + box.width / 2 + x * size, box.y + box.height / 2 + y * size);
    await page.keyboard.press('Enter');
    await page.locator('[data-ask]').click();
    await expect(page.locator('[data-result]:not([data-coarse]) h2').first()).toHaveText(name, { timeout: 60_000 });
    await expect(page).toHaveURL(/[?&]o=/);
  }
  const { figures, tables, assumptions } = await resultOf(page);
  expect(assumptions[0]?.text).toContain('60 分钟'); // how people go stands first
  const figure = (code: string) => figures.find((f) => f.code === code)?.value ?? NaN;
  expect(figure('people')).toBeGreaterThan(1000);
  expect(figure('placed') + figure('unplaced')).toBe(figure('people'));
  for (const code of ['people', 'placed', 'unplaced']) expect(digits(await page.locator(`[data-figure="${code}"] dd`).innerText())).toBe(figure(code));
  const townships = tables.find((x) => x.code === 'townships')!, at = townships.columns.findIndex((c) => c.code === 'people');
  expect(townships.rows.reduce((sum, r) => sum + Number(r[at]), 0)).toBe(figure('people'));

  await page.locator('[data-study]', { hasText: '转移甲' }).first().locator('[data-compare]').click();
  await expect(page.locator('[data-pair="people"] td')).toHaveCount(3);
  const cells = await page.locator('[data-pair="people"] td').allInnerTexts();
  expect(digits(cells[0]!)).toBe(figure('people'));
  expect(digits(cells[2]!)).toBe(Math.abs(digits(cells[1]!) - digits(cells[0]!)));
  expect(cells[2]).toMatch(/^[+−±]/);
  await expect(page.locator('[data-compare-maps] svg')).toHaveCount(3);
  expect(await axe(page), 'comparison open').toEqual([]);
  await page.keyboard.press('Escape');

  const menu = page.getByRole('menuitem');
  await page.locator('[data-export]').click();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await page.locator('[data-export]').click();
  const [file] = await Promise.all([page.waitForEvent('download'), menu.filter({ hasText: '各乡镇街道' }).first().click()]);
  const kinds = ['xlsx', 'geojson', 'gpkg', 'html'];
  expect(await page.evaluate((all) => Promise.all(all.map(async (format) => (await fetch(`/api/studies/${new URL(location.href).searchParams.get('o')}/result?format=${format}`)).status)), kinds)).toEqual(kinds.map(() => 200));
  const csv = fs.readFileSync(await file.path(), 'utf8').trim().split(/\r?\n/);
  expect(csv.filter((line) => /^"?13\d{7}/.test(line))).toHaveLength(townships.rows.length);

  await page.evaluate(() => { window.print = () => undefined; });
  await page.locator('[data-export]').click();
  await menu.filter({ hasText: '打印报告' }).click();
  const sheet = page.locator('[data-sheet]');
  await expect(sheet.locator('img')).toHaveAttribute('src', /^data:image\/png/);
  expect(digits((await sheet.locator('[data-number="people"] td').first().textContent()) ?? '')).toBe(figure('people'));
  await expect(sheet.locator('[data-sheet-legend]')).toContainText('转移');
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.byteLength).toBeGreaterThan(50_000); // a picture is in it
  if (SHOTS) fs.writeFileSync(`${SHOTS}/plan-report.pdf`, pdf);
  await shot(page, 'plan-evacuation');
});

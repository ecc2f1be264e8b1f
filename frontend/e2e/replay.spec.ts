import { randomUUID } from 'node:crypto';
import { axe, drawn, expect, signIn, test } from './fixtures';

test('a past moment is shown as it was, is never taken for now, and now comes back', async ({ page }) => {
  await signIn(page, '/desk');
  await drawn(page);
  const key = () => ({ 'Idempotency-Key': randomUUID() });
  const serverTime = async () => {
    const answer = await page.request.get('/api/replay/span');
    return ((await answer.json()) as { to: string }).to;
  };
  const incident = randomUUID();
  let assignment = '';
  const title = `回放 ${Date.now()}`;
  const before = await serverTime();
  const reported = await page.request.put(`/api/incidents/${incident}`, {
    headers: key(), data: { type: 'Feature', geometry: { type: 'Point', coordinates: [119.6, 39.94] }, properties: { kind: 'flood', title, priority: 3 } },
  });
  expect(reported.ok(), await reported.text()).toBe(true);
  const near = await page.request.post('/api/nearest', { data: { point: { type: 'Point', coordinates: [119.6, 39.94] }, kinds: ['unit'], k: 20, status: ['available'] } });
  const { results } = (await near.json()) as { results: { id: string }[] };
  for (const { id } of results) {
    assignment = randomUUID();
    const ordered = await page.request.put(`/api/assignments/${assignment}`, { headers: key(), data: { incident, unit: id } });
    expect(ordered.ok(), await ordered.text()).toBe(true);
    const { assignments } = (await (await page.request.get(`/api/assignments?incident=${incident}`)).json()) as { assignments: { id: string; state: string }[] };
    if (assignments.find((a) => a.id === assignment)?.state === 'ordered') break;
    const back = await page.request.post(`/api/assignments/${assignment}/advance`, { headers: { ...key(), 'If-Match': '"1"' }, data: { to: 'cancelled', reason: '归属单位未同意' } });
    expect(back.ok(), await back.text()).toBe(true); // another owner's: it waits for a word
  }
  const between = await serverTime();
  const gone = await page.request.post(`/api/assignments/${assignment}/advance`, { headers: { ...key(), 'If-Match': '"1"' }, data: { to: 'enroute' } });
  expect(gone.ok(), await gone.text()).toBe(true);
  await expect(page.getByText(title).first()).toBeVisible();

  await page.goto(`/desk?at=119.6,39.94,12&i=${incident}&t=${before}`);
  await drawn(page);
  const banner = page.locator('[data-replay-banner]');
  await expect(banner).toContainText('非实时');
  await expect(page.locator('[data-replay-seq]')).toContainText('#');
  await expect(page.getByText(title)).toHaveCount(0);
  await expect(page.locator('[data-close-road]')).toHaveCount(0); // nothing can be done in the past
  expect(await axe(page), 'replay').toEqual([]);

  await page.goto(`/desk?at=119.6,39.94,12&i=${incident}&t=${between}`);
  await drawn(page);
  const detail = page.getByRole('region', { name: /QHD-/ });
  await expect(detail).toContainText(title);
  await expect(detail).toContainText('已下达');
  await expect(detail).not.toContainText('途中');

  await page.keyboard.press('Escape');
  await expect(banner).toHaveCount(0);
  await expect(detail).toContainText('途中');
  await expect(page).not.toHaveURL(/[?&]t=/);
  await page.keyboard.press('h');
  await expect(banner).toContainText('回放');
  await page.locator('[data-replay-live]').click();
  await expect(banner).toHaveCount(0);
});

import { afterEach, expect, test, vi } from 'vitest';
import { kept, sender, type Recommendation } from './calls';
import { unitAt } from './useSending';

afterEach(() => vi.unstubAllGlobals());

const answer = { incident: 'i', picks: [], rejected: [] } as unknown as Recommendation;
interface Sent { key: string | null; assignments: string[]; units: string[] }

/** serve answers each order with the next status (0: no answer) and returns what was sent. */
function serve(...statuses: number[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { orders } = (await request.json()) as { orders: { assignment: string; unit: string }[] };
    sent.push({ key: request.headers.get('Idempotency-Key'), assignments: orders.map((o) => o.assignment), units: orders.map((o) => o.unit) });
    const status = statuses[sent.length - 1]!;
    if (!status) throw new TypeError('no network');
    const body = status === 200 ? { id: 'x', version: 2, seq: 9 } : { code: 'unit_busy', title: '忙', status };
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
  });
  return sent;
}

test('units ordered again after a lost answer are the same command, and then no more', async () => {
  const sent = serve(0, 200, 200);
  const send = sender();
  await expect(send('i', ['a', 'b'], answer)).rejects.toMatchObject({ status: 0 });
  await send('i', ['a', 'b'], answer);
  await send('i', ['a', 'b'], answer);
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[2]!.key).not.toBe(sent[1]!.key);
  expect(sent[2]!.units).toEqual(['a', 'b']);
});

test('after a refusal, and for other units, it is a new command', async () => {
  const sent = serve(409, 0, 200);
  const send = sender();
  await expect(send('i', ['a', 'b'], answer)).rejects.toMatchObject({ code: 'unit_busy' });
  await expect(send('i', ['a', 'b'], answer)).rejects.toMatchObject({ status: 0 });
  await send('i', ['b'], answer);
  expect(new Set(sent.map((s) => s.key)).size).toBe(3);
});

test('a recommendation too large to keep loses why-nots and says so', () => {
  const rejected = Array.from({ length: 2000 }, (_, i) => ({ id: String(i), name: '消防车', why: [{ code: 'too_far', text: 'x'.repeat(200) }] }));
  const big = { ...answer, rejected } as unknown as Recommendation;
  const small = kept(big) as { rejected: unknown[]; rejected_total: number };
  expect(new TextEncoder().encode(JSON.stringify(small)).length).toBeLessThan(256 * 1024);
  expect(small.rejected.length).toBeGreaterThan(500);
  expect(small.rejected_total).toBe(2000);
  expect(kept(answer)).toEqual(answer);
});

test('a refused path names its unit', () => {
  expect(unitAt('orders[1].unit', ['a', 'b'])).toBe('b');
  expect(unitAt('orders.0', ['a', 'b'])).toBe('a');
  expect(unitAt('note', ['a'])).toBeUndefined();
});

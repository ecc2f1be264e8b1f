import { beforeEach, expect, test, vi } from 'vitest';
import { begun, blank, call, factsOf, hangUp, locate, record } from './call';

const same = (n: string) => `疑与 ${n} 同一事件`;
beforeEach(hangUp);

test('what was left empty is left out, a zero is kept, and a title is made where none was written', () => {
  expect(factsOf({ ...blank(), kind: 'flood', place: ' 汤河桥 ', injured: '0' }, '洪涝', same)).toEqual({ kind: 'flood', title: '汤河桥 洪涝', priority: 3, place: '汤河桥', injured: 0, source: 'call' });
});

test('a call about a known incident says so in its description', () => {
  const facts = factsOf({ ...blank(), kind: 'flood', title: '积水', description: '水深一米', same: 'QHD-2026-000001' }, '洪涝', same);
  expect(facts.description).toBe('水深一米\n疑与 QHD-2026-000001 同一事件');
});

test('a place that was written by hand is not overwritten by a point', () => {
  locate([119.6, 39.9], '文化路街道', '');
  expect(call.place).toBe('文化路街道');
  locate([119.5, 39.9], '河北大街', '文化路街道');
  expect(call.place).toBe('河北大街');
  call.place = '桥头第二棵树';
  locate([119.4, 39.9], '山海关', '河北大街');
  expect([call.place, call.at]).toEqual(['桥头第二棵树', [119.4, 39.9]]);
});

test('only what was typed counts as begun', () => {
  expect(begun()).toBe(false);
  call.at = [119.6, 39.9];
  expect(begun()).toBe(false);
  call.caller_phone = '1';
  expect(begun()).toBe(true);
});

test('a call sent again is one incident, and the same command unless it was changed', async () => {
  const seen: { path: string; key: string | null }[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    seen.push({ path: new URL(request.url).pathname, key: request.headers.get('Idempotency-Key') });
    return new Response(JSON.stringify({ id: 'x', seq: 1, version: 1 }), { headers: { 'Content-Type': 'application/json' } });
  });
  const facts = factsOf({ ...blank(), kind: 'flood', title: 'a' }, '', same);
  await record([1, 2], facts);
  await record([1, 2], facts);
  await record([1, 2], { ...facts, title: 'b' });
  expect(new Set(seen.map((s) => s.path)).size).toBe(1);
  expect(seen[0]!.key).toBe(seen[1]!.key);
  expect(seen[2]!.key).not.toBe(seen[1]!.key);
  hangUp();
  await record([1, 2], facts);
  expect(seen[3]!.path).not.toBe(seen[0]!.path);
  vi.unstubAllGlobals();
});

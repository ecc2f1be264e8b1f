import { expect, test } from 'vitest';
import { warnedOf } from './area';
import { askedOf, draftOf, emptyDraft, localOf, ofLocal, putOf, wrongOf } from './form';
import { byGravity, groupsOf, inForce, leftToTakeBack, levelOf, ringOf, sounds, type Text, type Warning } from './state';

const NOW = Date.parse('2026-11-23T08:00:00Z');
const iso = (s: number) => new Date(NOW + s * 1000).toISOString();
const text = (more: Partial<Text> = {}): Text => ({ kind: 'rainstorm', colour: 'orange', headline: '暴雨', instruction: '停止户外作业', urgency: 'Immediate', certainty: 'Likely', area_text: '海港区', divisions: ['130302'], expires: iso(3600), ...more });
const sign = { by: 'a', by_name: '甲', at: iso(-60), digest: '' };
const sent = (out: number) => ({ identifier: '1', sender: 's', sender_name: '局', message: 'Alert' as const, sent: iso(out - 30), out_at: iso(out), references: [], approved: sign, issued: sign });
const warning = (more: Partial<Warning> = {}): Warning => ({ id: 'w', version: 4, seq: 1, origin: 'own', state: 'issued', exercise: false, sounds: false, text: text(), sent: [sent(10)], ...more });

test('one that was just issued holds, can be taken back, and sounds only when it is out', () => {
  const w = warning();
  expect([inForce(w, NOW), leftToTakeBack(w, NOW), sounds(w, NOW)]).toEqual([true, 10_000, false]);
  expect([leftToTakeBack(w, NOW + 10_000), sounds(w, NOW + 10_000)]).toEqual([0, true]);
  expect([inForce(w, NOW + 3_600_000), sounds(w, NOW + 3_600_000)]).toEqual([false, false]);
});

test('an update rings again when it is out, not before', () => {
  const w = warning({ sent: [sent(-100), sent(10)] });
  expect(sounds(w, NOW)).toBe(true);
  expect(ringOf(w, NOW)).not.toBe(ringOf(w, NOW + 10_000));
  expect(ringOf(w, NOW)).toBe(ringOf(warning({ sent: [sent(-100)] }), NOW));
});

test('exercises never sound; another house’s that does not say its end holds for three days', () => {
  expect(sounds(warning({ exercise: true, sent: [sent(-5)] }), NOW)).toBe(false);
  const foreign = warning({ origin: 'foreign', sent: [], text: text({ expires: undefined }), foreign: { sender: 's', identifier: '1', sent: iso(-10), message: 'Alert', status: 'Actual', scope: 'Public', references: [], signed: false, received_at: iso(-5) } });
  expect([sounds(foreign, NOW), inForce(foreign, NOW + 71 * 3_600_000), inForce(foreign, NOW + 72 * 3_600_000)]).toEqual([true, true, false]);
});

test('one in force whose next version is being prepared stands in both parts of the list', () => {
  const work = { state: 'review' as const, text: text(), author: '乙' };
  expect(groupsOf(warning({ work }))).toEqual(['review', 'issued']);
  expect(groupsOf(warning({ state: 'review', work, text: undefined, sent: [] }))).toEqual(['review']);
  expect(groupsOf(warning({ state: 'expired', ended_at: iso(-1) }))).toEqual(['ended']);
});

test('the worst colour comes first, one without a colour last', () => {
  const all = [warning({ id: 'b', text: text({ colour: 'blue' }) }), warning({ id: 'n', text: text({ colour: undefined }) }), warning({ id: 'r', text: text({ colour: 'red' }) })];
  expect(all.sort(byGravity).map((w) => w.id)).toEqual(['r', 'b', 'n']);
  expect(levelOf(undefined)).toBe(5);
});

test('the ground on the map is what was named or drawn; of others the townships it reaches', () => {
  expect(warnedOf(warning(), '').divisions).toEqual(['130302']);
  expect(warnedOf(warning({ origin: 'foreign', text: text({ divisions: undefined, reaches: ['130302001'] }) }), '')).toMatchObject({ how: 'foreign', divisions: ['130302001'], level: 2 });
  expect(warnedOf(warning({ origin: 'foreign', exercise: true }), '').how).toBe('exercise');
});

test('times stand in the form as the city’s clock shows them', () => {
  expect(localOf('2026-11-23T16:30:00Z')).toBe('2026-11-24T00:30');
  expect(ofLocal('2026-11-24T00:30')).toBe('2026-11-23T16:30:00.000Z');
  expect([ofLocal(''), ofLocal('soon'), localOf(undefined)]).toEqual([undefined, undefined, '']);
});

test('a form is read back as it was filled, and what is empty is left out', () => {
  const body = putOf(draftOf(text({ expires: '2026-11-23T09:00:00.000Z' })));
  expect(body).toEqual({ kind: 'rainstorm', colour: 'orange', headline: '暴雨', instruction: '停止户外作业', urgency: 'Immediate', certainty: 'Likely', area_text: '海港区', divisions: ['130302'], expires: '2026-11-23T09:00:00.000Z' });
});

test('what cannot be sent yet is named', () => {
  const d = emptyDraft(NOW);
  expect(wrongOf(d, NOW)).toEqual({ headline: 'required', area_text: 'required', area: 'area' });
  expect(wrongOf({ ...d, colour: 'red' }, NOW).instruction).toBe('advice');
  expect(wrongOf({ ...d, expires: localOf(NOW + 73 * 3_600_000) }, NOW).expires).toBe('long');
  expect(wrongOf({ ...d, expires: localOf(NOW - 60_000) }, NOW).expires).toBe('end');
  expect(wrongOf({ ...d, onset: localOf(NOW + 7 * 3_600_000) }, NOW).onset).toBe('order');
});

test('people can be counted before the words are written, but that is no whole message', () => {
  const d = { ...emptyDraft(NOW), colour: 'red' as const };
  expect(askedOf(d, NOW)).toBeUndefined();
  expect(askedOf({ ...d, divisions: ['130302'] }, NOW)).toMatchObject({ whole: false, body: { headline: '–', instruction: '–', divisions: ['130302'] } });
  expect(askedOf({ ...d, divisions: ['130302'], headline: '红', areaText: '区', instruction: '撤离' }, NOW)?.whole).toBe(true);
});

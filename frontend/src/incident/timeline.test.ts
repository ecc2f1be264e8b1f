import { describe, expect, test } from 'vitest';
import type { AfterAction } from '../api/types';
import { linesOf, touches } from './timeline';

const time = (s: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, s)).toISOString();
const line = (seq: number, recorded: number, occurred: number, type = 'incident.amended') => ({ seq, id: `id-${seq}`, kind: type.split('.')[0]!, type, recorded_at: time(recorded), occurred_at: time(occurred), text: `第${seq}条`, text_en: `no. ${seq}`, actor_name: '值班员' });
const note = { id: 'id-3', incident: 'i', text: '水退了', by: 'b', by_name: '值班员', written_at: time(5), recorded_at: time(300) };
const report = { timeline: [line(1, 0, 0, 'incident.reported'), line(2, 10, 10), line(3, 300, 5, 'note.added'), line(4, 301, 10)], notes: [note] } as unknown as AfterAction;

describe('the timeline of an incident', () => {
  test('stands in the order in which things happened, the newest first', () => {
    expect(linesOf(report, false).map((l) => l.seq)).toEqual([4, 2, 3, 1]);
  });
  test('shows a note by its own words, and says when it came late', () => {
    const it = linesOf(report, true).find((l) => l.seq === 3)!;
    expect([it.text, it.note, it.late]).toEqual(['水退了', note, time(300)]);
    expect(linesOf(report, true).find((l) => l.seq === 2)).toMatchObject({ text: 'no. 2' });
    expect(linesOf(report, false).find((l) => l.seq === 2)!.late).toBeUndefined();
  });
  test('knows of a moment of the past only what was recorded by then', () => {
    expect(linesOf(report, false, Date.parse(time(20))).map((l) => l.seq)).toEqual([2, 1]);
  });
});

test('an event touches an incident by its subject, its note, its assignment or its alarm', () => {
  const event = (type: string, id: string, payload: unknown = {}) => ({ event: { id, type, payload } });
  expect(touches(event('incident.amended', 'i'), 'i')).toBe(true);
  expect(touches(event('note.added', 'n', { incident: 'i' }), 'i')).toBe(true);
  expect(touches({ ...event('assignment.advanced', 'a'), assignment: { incident: 'i' } }, 'i')).toBe(true);
  expect(touches({ ...event('alarm.raised', 'x'), alarm: { incident: 'i' } }, 'i')).toBe(true);
  expect(touches(event('note.added', 'n', { incident: 'other' }), 'i')).toBe(false);
  expect(touches({ ...event('alarm.raised', 'x'), alarm: {} }, 'i')).toBe(false);
});

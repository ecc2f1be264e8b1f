import { expect, test } from 'vitest';
import type { IncidentFeature } from '../api/types';
import { shownNow } from '../ui/clock';
import { counts, fleet, incidents, moment, showNow, showThen, units } from './live';
import type { LiveUnit, PastPicture } from './protocol';

const unit = (id: string, handle: number): LiveUnit => ({ handle, id, version: 1, code: id, name: id, call_sign: '', kind: 'engine', division: '130302', team: '', status: 'enroute', class: 'committed', lon: 119.5, lat: 39.9 });
const then: PastPicture = {
  at: '2026-11-22T19:12:00Z', incidents: [{ id: 'i' } as IncidentFeature], assignments: [], closures: [], counts: { unit: 2 },
  units: [{ ...unit('a', 1), fix: { lon: 119.6, lat: 39.95, heading: 90, speed: 4, at: Date.parse('2026-11-22T19:11:00Z') } }, unit('b', 2)],
};

test('the past takes the place of now, and now comes back as it stands beneath', () => {
  fleet.reset([unit('a', 7)]);
  fleet.place('a', 119.1, 39.1, 0, 0, 1);
  showThen(then);
  expect(moment.value).toBe(Date.parse(then.at));
  expect(shownNow()).toBe(moment.value);
  const [a, b] = [fleet.slotOf('a')!, fleet.slotOf('b')!];
  expect([fleet.lon[a], fleet.at[a], fleet.lon[b], fleet.at[b]]).toEqual([119.6, Date.parse('2026-11-22T19:11:00Z'), 119.5, 0]);
  expect([units.value.size, incidents.value.size, counts.value.unit]).toEqual([2, 1, 2]);

  showThen({ ...then, units: [unit('b', 1)] });
  expect(fleet.slotOf('a')).toBeUndefined();
  expect(units.value.size).toBe(1);

  showNow();
  expect(moment.value).toBeUndefined();
  expect(Math.abs(shownNow() - Date.now())).toBeLessThan(60_000);
  expect([fleet.lon[fleet.slotOf('a')!], fleet.slotOf('b')]).toEqual([119.1, undefined]);
  expect([units.value.size, incidents.value.size]).toEqual([0, 0]); // no channel was open
});

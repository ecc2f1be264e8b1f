import { onUnmounted, ref, shallowRef } from 'vue';
import { api, ask } from '../api/client';
import type { components } from '../api/schema';
import { showNow, showThen } from '../live/live';
import type { PastPicture } from '../live/protocol';
import { serverNow } from '../ui/clock';
import { held, type Span } from './time';

type Answer = components['schemas']['ReplayPicture'];
type Point = { coordinates: [number, number] };

/** pastOf makes of an answer what the screen is shown from. */
export function pastOf(answer: Answer): PastPicture {
  const units = answer.units.map((u, i) => {
    const [lon, lat] = (u.base as unknown as Point).coordinates;
    const fix = u.point && u.fix_at
      ? { lon: (u.point as unknown as Point).coordinates[0], lat: (u.point as unknown as Point).coordinates[1], heading: u.heading_deg ?? NaN, speed: u.speed_mps ?? NaN, at: new Date(u.fix_at).getTime() }
      : undefined;
    return { handle: i + 1, id: u.id, version: 0, code: u.code, name: u.name, call_sign: u.call_sign ?? '', kind: u.kind, division: u.division, team: u.team ?? '', status: u.status, class: u.class, lon, lat, at: u.fix_at, fix };
  });
  return { at: answer.at, units, incidents: answer.incidents, assignments: answer.assignments, closures: answer.closures, counts: answer.counts };
}

/** usePast shows moments of the past: the newest one asked for is shown, those asked for meanwhile are passed over. */
export function usePast() {
  const span = shallowRef<Span>();
  const at = ref(NaN); // the moment asked for, ms
  const seq = ref(0);
  const fixes = ref(true); // some unit had a position
  const failure = ref('');
  const busy = ref(false);
  let gone = false;

  const from = () => (span.value ? new Date(span.value.from).getTime() : NaN);
  async function begin(first: number | undefined): Promise<void> {
    try {
      span.value = await ask(api.GET('/api/replay/span'));
      go(first ?? serverNow() - 600_000);
    } catch (cause) {
      failure.value = (cause as Error).message;
    }
  }
  function go(to: number): void {
    if (!span.value || Number.isNaN(to)) return;
    at.value = held(to, from(), serverNow());
    if (!busy.value) void read();
  }
  async function read(): Promise<void> {
    busy.value = true;
    for (let asked = NaN; asked !== at.value && !gone; ) {
      asked = at.value;
      try {
        const answer = await ask(api.GET('/api/replay', { params: { query: { at: new Date(asked).toISOString() } } }));
        if (gone) break;
        seq.value = answer.seq;
        fixes.value = answer.units.length === 0 || answer.units.some((u) => u.fix_at);
        showThen(pastOf(answer));
        failure.value = '';
      } catch (cause) {
        failure.value = (cause as Error).message;
      }
    }
    busy.value = false;
  }
  onUnmounted(() => {
    gone = true;
    showNow();
  });
  return { span, at, seq, fixes, failure, busy, from, begin, go };
}

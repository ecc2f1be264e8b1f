import { computed, watch } from 'vue';
import type { Shown } from '../live/alarm';
import { drop, known, raise } from '../live/alarms';
import { warnings } from '../live/live';
import { now } from '../ui/clock';
import { levelOf, outAt, ringOf, sounds, type Warning } from './state';
import { useSay } from './say';

const KEPT = 'onemap.warned';
const MOST = 200; // names remembered
const NEWS = 3_600_000; // ms after which a warning is no news to a console that opens then
const UNATTENDED = 60_000; // ms a wall that nobody can acknowledge at rings

function heard(): string[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(all) ? all.filter((x) => typeof x === 'string') : [];
  } catch {
    return []; // whatever stood there, it rings once more
  }
}
function keep(id: string): void {
  localStorage.setItem(KEPT, JSON.stringify([...heard().filter((x) => x !== id), id].slice(-MOST)));
}

/** useRing lets each message that is out be heard and seen as an alarm of this console, until it is acknowledged here; where nobody can, for a minute. */
export function useRing(attended: () => boolean): void {
  const { kind, area, house, mark } = useSay();
  const up = new Map<string, number>(); // since when each rings
  const alarmOf = (id: string, w: Warning): Shown => ({
    id, kind: 'warning', own: true, version: 0, state: 'raised', at: outAt(w) ?? now.value, priority: levelOf(w.text?.colour),
    text: [mark(w) && `【${mark(w)}】`, kind(w.text), w.text?.headline !== kind(w.text) && ` ${w.text?.headline ?? ''}`].filter(Boolean).join(''), place: [area(w.text), w.origin === 'foreign' && house(w)].filter(Boolean).join(' · '),
  });
  const due = computed(() => [...warnings.value.values()].filter((w) => sounds(w, now.value) && now.value - (outAt(w) ?? 0) < NEWS).map((w) => [ringOf(w, now.value), w] as const));
  const dueKey = computed(() => due.value.map(([id]) => id).sort().join());
  watch(dueKey, () => {
    const wanted = new Map(due.value);
    for (const id of up.keys()) {
      if (wanted.has(id)) continue;
      up.delete(id);
      drop(id); // cancelled, run out, or overtaken by an update that rings itself
    }
    const before = new Set(heard());
    for (const [id, w] of wanted) {
      if (up.has(id) || before.has(id)) continue;
      up.set(id, now.value);
      raise(alarmOf(id, w));
    }
  }, { immediate: true });
  // what is gone without having been taken away was acknowledged
  watch(known, (all) => {
    const there = new Set(all.map((a) => a.id));
    for (const id of [...up.keys()]) if (!there.has(id)) {
      up.delete(id);
      keep(id);
    }
  });
  watch(now, (at) => {
    if (attended()) return;
    for (const [id, since] of [...up]) if (at - since > UNATTENDED) {
      up.delete(id);
      keep(id);
      drop(id);
    }
  });
}

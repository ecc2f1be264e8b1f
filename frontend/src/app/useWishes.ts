import { ref, shallowRef, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { endWith } from '../alarm/commands';
import { unitName } from '../alarm/say';
import type { Wish } from '../alarm/wish';
import type { LonLat } from '../api/types';
import { take } from '../intake/call';
import { fleet } from '../live/live';
import { clockTime } from '../ui/format';
import type { useWall } from './useWall';

const NEAR = 13; // zoom at which an alarm is looked at

/** useWishes does on the wall what the alarm band asks for. placeAt are the words for a point, where they are known. */
export function useWishes(wall: ReturnType<typeof useWall>, placeAt: (at: LonLat) => string, focus: () => void, panel: Ref<string>) {
  const { t } = useI18n();
  /** barred is a unit that did not answer: the recommendation of its incident leaves it out. */
  const barred = shallowRef<{ incident: string; unit: string }>();
  /** said is what did not go as wished. */
  const said = ref('');
  watch(wall.incidentId, (id) => {
    if (barred.value?.incident !== id) barred.value = undefined;
  });

  function pointOf({ alarm }: Wish): LonLat | undefined {
    const slot = alarm.unit ? fleet.slotOf(alarm.unit) : undefined;
    return slot !== undefined && fleet.at[slot] ? [fleet.lon[slot]!, fleet.lat[slot]!] : alarm.point;
  }
  function make(wish: Wish) {
    const { alarm } = wish;
    const at = pointOf(wish);
    const name = unitName(alarm.unit);
    const begun = take({
      alarm: alarm.id, source: 'sos', at, place: at ? placeAt(at) : '', priority: '1', title: t('alarm.call_title', { name }),
      description: [t('alarm.call_told', { name, time: clockTime(alarm.at) }), alarm.text].filter(Boolean).join('\n'),
    });
    said.value = begun ? '' : t('alarm.call_open');
  }
  function go(wish: Wish) {
    const { alarm } = wish;
    said.value = '';
    if (wish.do === 'make') return make(wish);
    if (wish.do === 'moves') return void (panel.value = 'voids');
    if (alarm.incident && (wish.do !== 'locate' || alarm.kind === 'incident')) wall.choose(alarm.incident);
    if (wish.do === 'route' && alarm.unit) return wall.pickForce(alarm.unit);
    if (wish.do === 'instead' && alarm.incident && alarm.unit) {
      barred.value = { incident: alarm.incident, unit: alarm.unit };
      return focus();
    }
    if (wish.do === 'locate' && alarm.unit && fleet.slotOf(alarm.unit) !== undefined) return wall.pickUnit(alarm.unit);
    const at = pointOf(wish);
    if (at) wall.map.value?.flyTo(at, NEAR);
  }
  /** recorded ends the alarm an incident was made of. */
  async function recorded(incident: string, alarm: string) {
    wall.choose(incident);
    const problem = alarm ? await endWith(alarm, incident) : undefined;
    said.value = problem ? t('alarm.ended_failed', { why: problem.text }) : '';
  }
  return { barred, said, go, recorded };
}

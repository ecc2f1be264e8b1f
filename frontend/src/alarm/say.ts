import { useI18n } from 'vue-i18n';
import { divisionName } from '../api/divisions';
import type { Shown } from '../live/alarm';
import { UNDO } from '../live/alarm';
import { assignments, beat, fleet, incidents, units } from '../live/live';
import { age, clockTime } from '../ui/format';

/** unitName is how a unit is called. */
export function unitName(id: string | undefined): string {
  const unit = id && units.value.get(id);
  return (unit && (unit.call_sign || unit.name)) || (id ? id.slice(0, 8) : '');
}

/** useSay puts an alarm into words. */
export function useSay() {
  const { t } = useI18n();

  const incidentName = (id: string | undefined): string => {
    const i = id && incidents.value.get(id)?.properties;
    return i ? `${i.number} ${i.title}` : '';
  };
  /** title is what has happened, and to whom. */
  function title(a: Shown): string {
    if (a.kind === 'incident') return t('alarm.incident', { text: a.text ?? '' });
    if (a.kind === 'warning') return a.text ?? t('alarm.kind.warning');
    const name = a.kind === 'void' ? (a.text ?? '') : a.kind === 'auto_ordered' ? incidentName(a.incident) : unitName(a.unit);
    return t(`alarm.${a.kind}`, { name }).trim();
  }
  /** place is where, as far as it is known. */
  function place(a: Shown): string {
    const i = a.incident && incidents.value.get(a.incident)?.properties;
    if (a.kind === 'incident') return i ? (i.place ?? '') : '';
    if (a.kind === 'warning') return a.place ?? '';
    if (a.kind === 'unacknowledged' || a.kind === 'lost') return incidentName(a.incident);
    return a.division ? divisionName(a.division) : '';
  }
  /** heardAt is when the unit was last heard, in ms; undefined: never. */
  function heardAt(unit: string | undefined): number | undefined {
    void beat.value;
    const slot = unit ? fleet.slotOf(unit) : undefined;
    return slot === undefined || !fleet.at[slot] ? undefined : fleet.at[slot];
  }
  /** since is the clock that matters: of an order since it was given, of the rest since they were raised. */
  function since(a: Shown): number {
    const order = a.kind === 'unacknowledged' && a.assignment && assignments.value.get(a.assignment);
    return order ? new Date(order.ordered_at).getTime() : a.at;
  }
  /** detail is what one should know besides. */
  function detail(a: Shown, now: number): string {
    if (a.kind === 'lost') {
      const heard = heardAt(a.unit);
      return heard === undefined ? t('alarm.no_fix') : t('alarm.last_fix', { age: age(now - heard) });
    }
    if (a.kind === 'auto_ordered' && now - a.at < UNDO) return t('alarm.undo_left', { s: Math.ceil((UNDO - (now - a.at)) / 1000) });
    if (a.kind === 'unacknowledged') {
      const paged = a.assignment && assignments.value.get(a.assignment)?.paged_at;
      return paged ? t('alarm.paged', { time: clockTime(paged) }) : '';
    }
    return a.kind === 'sos' || a.kind === 'hazard' ? (a.text ?? '') : '';
  }
  /** seenBy says who acknowledged it, and when. */
  const seenBy = (a: Shown): string => (a.seen ? t('alarm.acknowledged', { name: a.seen.by || t('alarm.somebody'), time: clockTime(a.seen.at) }) : '');
  return { title, place, since, detail, seenBy, heardAt, incidentName };
}

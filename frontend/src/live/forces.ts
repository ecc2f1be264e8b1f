import { computed } from 'vue';
import type { Eta } from '../api/types';
import { shownNow as serverNow } from '../ui/clock';
import { byIncident, byUnit, isComing } from './assignment';
import { assignments, etas } from './live';

/** forces are the open assignments of each incident, the first ordered first. */
export const forces = computed(() => byIncident(assignments.value.values()));
/** tasks is the open assignment of each unit that has one. */
export const tasks = computed(() => byUnit(assignments.value.values()));

/** etaOf is when a unit that is on its way arrives; undefined when it is not on its way, or nothing was computed. */
export function etaOf(unit: string): Eta | undefined {
  const task = tasks.value.get(unit);
  return task && isComing(task.state) ? etas.value.get(task.id) : undefined;
}

/** leftS is how many seconds are left until a unit arrives, less than 0 when it should be there; undefined: not known. */
export function leftS(unit: string, now = serverNow()): number | undefined {
  const arrive = etaOf(unit)?.arrive_at;
  return arrive === undefined ? undefined : (new Date(arrive).getTime() - now) / 1000;
}

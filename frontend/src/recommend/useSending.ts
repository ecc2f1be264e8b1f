import { ref, shallowRef } from 'vue';
import { ApiProblem, unreachable } from '../api/problem';
import { sender, type Recommendation } from './calls';

/** Refusal is why nobody was sent: the problem, and which unit each of its parts is about. */
export interface Refusal {
  problem: ApiProblem;
  units: readonly string[];
}

/** unitAt is the unit a path of a refused order means: orders[2].unit, orders.2; undefined when it means none. */
export function unitAt(path: string, units: readonly string[]): string | undefined {
  const at = /orders[[./](\d+)/.exec(path)?.[1];
  return at === undefined ? undefined : units[Number(at)];
}

/** useSending orders units to an incident, all or none; what was refused stays until it is closed or somebody is sent. */
export function useSending(incident: () => string) {
  const send = sender();
  const busy = ref(false);
  const refusal = shallowRef<Refusal>();
  const done = shallowRef<{ n: number; seq: number }>();

  /** order returns whether the server has taken it. */
  async function order(units: readonly string[], r: Recommendation): Promise<boolean> {
    if (busy.value || !units.length) return false;
    busy.value = true;
    refusal.value = done.value = undefined;
    try {
      const { seq } = await send(incident(), units, r);
      done.value = { n: units.length, seq };
      return true;
    } catch (cause) {
      refusal.value = { problem: cause instanceof ApiProblem ? cause : unreachable(cause), units };
      return false;
    } finally {
      busy.value = false;
    }
  }
  const forget = () => (refusal.value = undefined);
  return { busy, refusal, done, order, forget };
}

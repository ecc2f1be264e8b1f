import { ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { diverter } from '../api/assignments';
import { ApiProblem, unreachable } from '../api/problem';
import { assignments } from '../live/live';
import { sender, type Sender } from './calls';
import { keptOf, type Group, type Joint } from './joint';
import type { Refusal } from './useSending';

/** useJoint orders what a joint recommendation proposes, incident by incident: all of one or none, and what failed is said where it failed. */
export function useJoint() {
  const { t } = useI18n();
  const busy = ref('');
  const refusals = shallowRef<ReadonlyMap<string, Refusal>>(new Map());
  const done = shallowRef<ReadonlyMap<string, number>>(new Map());
  const senders = new Map<string, Sender>();
  const diverters = new Map<string, ReturnType<typeof diverter>>();

  async function divert(from: string, to: string): Promise<void> {
    const version = assignments.value.get(from)?.version ?? 0;
    const key = `${from} ${version} ${to}`;
    const send = diverters.get(key) ?? diverter(from, version, to);
    diverters.set(key, send);
    await send(t('recommend.joint.divert_reason'));
  }

  async function one(r: Joint, g: Group): Promise<boolean> {
    const id = g.incident.incident;
    const plain = g.slots.filter((s) => !s.divert_from).map((s) => s.unit);
    const send = senders.get(id) ?? sender();
    senders.set(id, send);
    busy.value = id;
    let units: readonly string[] = plain;
    const without = new Map(refusals.value);
    without.delete(id);
    refusals.value = without;
    try {
      if (plain.length) await send(id, plain, keptOf(r, g));
      for (const s of g.slots) {
        if (!s.divert_from) continue;
        units = [s.unit];
        await divert(s.divert_from, id);
      }
      done.value = new Map(done.value).set(id, g.slots.length);
      return true;
    } catch (cause) {
      refusals.value = new Map(refusals.value).set(id, { problem: cause instanceof ApiProblem ? cause : unreachable(cause), units });
      return false;
    } finally {
      busy.value = '';
    }
  }
  /** order sends the groups one after another, the most urgent first; one that is refused does not hold the next up. */
  async function order(r: Joint, groups: readonly Group[]): Promise<void> {
    if (busy.value) return;
    for (const g of groups) if (g.slots.length) await one(r, g);
  }
  function forget(incident: string) {
    const rest = new Map(refusals.value);
    rest.delete(incident);
    refusals.value = rest;
  }
  return { busy, refusals, done, order, forget };
}

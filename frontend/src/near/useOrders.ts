import { ref, shallowReactive } from 'vue';
import { orderer } from '../api/assignments';
import { ApiProblem, unreachable } from '../api/problem';
import type { NearestHit } from '../api/types';

/** Order is a unit somebody here sent for, until the picture shows its assignment. */
export interface Order {
  hit: NearestHit;
  state: 'sending' | 'taken' | 'refused';
  problem?: ApiProblem;
  send: ReturnType<typeof orderer>;
}

/** useOrders orders units to an incident, any number at once; a unit is asked about once before it goes. */
export function useOrders(incident: () => string | undefined) {
  const orders = shallowReactive(new Map<string, Order>());
  const armed = ref('');

  async function run(order: Order) {
    const { hit } = order;
    orders.set(hit.id, { ...order, state: 'sending', problem: undefined });
    try {
      await order.send();
      orders.set(hit.id, { ...order, state: 'taken' });
    } catch (cause) {
      orders.set(hit.id, { ...order, state: 'refused', problem: cause instanceof ApiProblem ? cause : unreachable(cause) });
    }
  }

  /** arm asks whether a unit is to go; arming it again sends it. */
  function arm(hit: NearestHit) {
    const to = incident();
    const known = orders.get(hit.id)?.state;
    if (!to || known === 'sending') return;
    if (armed.value !== hit.id) {
      armed.value = hit.id;
      return;
    }
    armed.value = '';
    void run({ hit, state: 'sending', send: orderer(to, hit.id) });
  }
  const disarm = () => (armed.value = '');

  /** again repeats what was not answered as the same command; what was refused is a new one. */
  function again(order: Order) {
    const to = incident();
    if (!to) return;
    const unanswered = order.problem?.status === 0 || (order.problem?.status ?? 0) >= 500;
    void run(unanswered ? order : { ...order, send: orderer(to, order.hit.id) });
  }

  const forget = (unit: string) => orders.delete(unit);
  return { orders, armed, arm, disarm, again, forget };
}

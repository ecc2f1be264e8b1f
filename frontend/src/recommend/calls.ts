import { api, ask, once } from '../api/client';
import type { components } from '../api/schema';
import type { Receipt } from '../api/types';
import { uuid7 } from '../api/uuid';

type Schemas = components['schemas'];
export type Recommendation = Schemas['Recommendation'];
export type Requirement = Schemas['Requirement'];
export type RequirementState = Schemas['RequirementState'];
export type Pick = Schemas['Pick'];
export type Shortfall = Schemas['Shortfall'];
export type Activation = Schemas['Activation'];
type Orders = Schemas['Orders'];
/** Kept is a recommendation of another sort, as it is kept with its orders. */
type Kept = Record<string, unknown>;

const KEPT = 240_000; // bytes of a recommendation that go along with an order: the server keeps 256 KiB

/** recommend asks whom to send to an incident at an alarm level; without is a unit that is not wanted. */
export function recommend(incident: string, level: number, signal?: AbortSignal, without?: string): Promise<Recommendation> {
  return ask(api.POST('/api/incidents/{id}/recommendation', { params: { path: { id: incident } }, body: { level, ...(without && { exclude: [without] }) }, signal }));
}

/** readActivations are the kept recommendations of an incident, the newest first. */
export async function readActivations(incident: string): Promise<Activation[]> {
  return (await ask(api.GET('/api/incidents/{id}/activations', { params: { path: { id: incident } } }))).activations;
}

const bytes = (x: unknown): number => new TextEncoder().encode(JSON.stringify(x)).length;

/** kept is the recommendation as it is kept with an order. One too large loses the last of its why-nots, and says how many there were. */
export function kept(r: Recommendation | Kept): Orders['recommendation'] {
  const over = bytes(r) - KEPT;
  if (over <= 0 || !Array.isArray(r.rejected)) return { ...r };
  const rejected = [...r.rejected];
  for (let left = over; left > 0 && rejected.length;) left -= bytes(rejected.pop());
  return { ...r, rejected, rejected_total: r.rejected.length };
}

/** Sender orders units to an incident, all or none. */
export type Sender = (incident: string, units: readonly string[], r: Recommendation | Kept) => Promise<Receipt>;

/** sender makes one. While an answer is missing, the same units to the same incident are the same command, so nobody is ordered twice. */
export function sender(): Sender {
  let open: { key: string; header: ReturnType<typeof once>; body: Orders } | undefined;
  return async (incident, units, r) => {
    const key = JSON.stringify([incident, ...units]);
    if (open?.key !== key) open = { key, header: once(), body: { orders: units.map((unit) => ({ assignment: uuid7(), unit })), recommendation: kept(r) } };
    const { header, body } = open;
    try {
      const receipt = await ask(api.POST('/api/incidents/{id}/orders', { params: { path: { id: incident }, header }, body }));
      open = undefined;
      return receipt;
    } catch (cause) {
      const status = (cause as { status?: number }).status ?? 0;
      if (status > 0 && status < 500) open = undefined; // it was answered: another try is another command
      throw cause;
    }
  };
}

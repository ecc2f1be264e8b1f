import { ref, shallowRef } from 'vue';
import { api, ask, once, seen } from '../api/client';
import { ApiProblem, unreachable } from '../api/problem';
import type { Receipt } from '../api/types';
import type { WarningPut } from './form';
import type { Warning } from './state';

type Of = Pick<Warning, 'id' | 'version'>;
const at = (w: Of) => ({ path: { id: w.id }, header: seen(w.version) });

/** put writes the first text of a warning when version is undefined, else it changes or revises it. */
export const put = (id: string, version: number | undefined, body: WarningPut): Promise<Receipt> =>
  ask(api.PUT('/api/warnings/{id}', { params: { path: { id }, header: version === undefined ? once() : seen(version) }, body }));
export const submit = (w: Of): Promise<Receipt> => ask(api.POST('/api/warnings/{id}/submit', { params: at(w) }));
export const approve = (w: Of): Promise<Receipt> => ask(api.POST('/api/warnings/{id}/approve', { params: at(w) }));
export const giveBack = (w: Of, reason: string): Promise<Receipt> => ask(api.POST('/api/warnings/{id}/return', { params: at(w), body: { reason } }));
export const issue = (w: Of, password: string): Promise<Receipt> => ask(api.POST('/api/warnings/{id}/issue', { params: at(w), body: { password } }));
export const cancel = (w: Of, reason: string): Promise<Receipt> => ask(api.POST('/api/warnings/{id}/cancel', { params: at(w), body: { reason } }));
/** preview says whom a text would warn. */
export const preview = (body: WarningPut, signal?: AbortSignal) => ask(api.POST('/api/warnings/preview', { body, signal }));
export type Preview = Awaited<ReturnType<typeof preview>>;
/** readAll are those in force, being prepared, or ended within a day, as the reader may see them. */
export const readAll = () => ask(api.GET('/api/warnings'));

/** problemOf is what went wrong, as a problem. */
export const problemOf = (cause: unknown): ApiProblem => (cause instanceof ApiProblem ? cause : unreachable(cause));

/** useAct does one thing at a time; what was refused stays until the next try. */
export function useAct() {
  const busy = ref('');
  const problem = shallowRef<ApiProblem>();
  async function act(what: string, run: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = what;
    problem.value = undefined;
    try {
      await run();
      return true;
    } catch (cause) {
      problem.value = problemOf(cause);
      return false;
    } finally {
      busy.value = '';
    }
  }
  return { busy, problem, act };
}

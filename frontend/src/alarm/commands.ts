import { api, ask, seen } from '../api/client';
import { ApiProblem, unreachable } from '../api/problem';
import type { AlarmOutcome, Receipt } from '../api/types';
import { ref, shallowRef } from 'vue';
import type { Shown } from '../live/alarm';
import { acknowledgeOwn, known } from '../live/alarms';

interface Ending { outcome: AlarmOutcome; reason?: string; incident?: string }

/** advance acknowledges an alarm of the server, or ends it. */
export function advance(alarm: Pick<Shown, 'id' | 'version'>, ending?: Ending): Promise<Receipt> {
  const body = ending ? { to: 'ended' as const, ...ending } : { to: 'acknowledged' as const };
  return ask(api.POST('/api/alarms/{id}/advance', { params: { path: { id: alarm.id }, header: seen(alarm.version) }, body }));
}

/** settled says that somebody else was faster, so there is nothing left to refuse. */
export function settled(id: string, wish: 'acknowledged' | 'ended', all: readonly Shown[] = known.value): boolean {
  const now = all.find((a) => a.id === id);
  return !now || now.state === 'ended' || now.state === wish;
}

/** useAlarm does what a person decides about an alarm; what was refused stays until the next try. */
export function useAlarm() {
  const busy = ref('');
  const problem = shallowRef<{ id: string; problem: ApiProblem }>();

  async function act(alarm: Shown, ending?: Ending): Promise<boolean> {
    if (busy.value) return false;
    if (alarm.own) {
      acknowledgeOwn(alarm.id);
      return true;
    }
    busy.value = alarm.id;
    problem.value = undefined;
    try {
      await advance(alarm, ending);
      return true;
    } catch (cause) {
      const refused = cause instanceof ApiProblem ? cause : unreachable(cause);
      if (!settled(alarm.id, ending ? 'ended' : 'acknowledged')) problem.value = { id: alarm.id, problem: refused };
      return false;
    } finally {
      busy.value = '';
    }
  }
  const acknowledge = (alarm: Shown) => (alarm.state === 'raised' ? act(alarm) : Promise.resolve(false));
  const end = (alarm: Shown, outcome: AlarmOutcome, more?: Omit<Ending, 'outcome'>) => act(alarm, { outcome, ...more });
  return { busy, problem, acknowledge, end };
}

/** endWith ends a call for help with the incident that was made of it; the desk goes on whatever the answer. */
export async function endWith(id: string, incident: string): Promise<ApiProblem | undefined> {
  const alarm = known.value.find((a) => a.id === id);
  if (!alarm || alarm.state === 'ended') return undefined;
  if (alarm.own) return void acknowledgeOwn(id);
  try {
    await advance(alarm, { outcome: 'incident', incident });
    return undefined;
  } catch (cause) {
    return cause instanceof ApiProblem ? cause : unreachable(cause);
  }
}

/** readHistory are the alarms of the server, ended ones too, the newest first. */
export async function readHistory() {
  return (await ask(api.GET('/api/alarms', { params: { query: { open: false } } }))).alarms;
}

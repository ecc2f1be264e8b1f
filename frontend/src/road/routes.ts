import { shallowRef, type ShallowRef } from 'vue';
import { ApiProblem, unreachable } from '../api/problem';
import { findRoute, type RoadProfile, type RouteAnswer, type RoutePlace } from '../api/road';

/** RouteAsk is between which places a way is wanted; the names are for people only. */
export interface RouteAsk {
  from: RoutePlace;
  to: RoutePlace;
  profile?: RoadProfile;
  fromName?: string;
  toName?: string;
}
/** RouteMode: hover is a light line while the pointer rests, select stays with its steps until it is hidden. */
export type RouteMode = 'hover' | 'select';
/** RouteShown is one asked way; without an answer it is on its way, or failed. */
export interface RouteShown {
  ask: RouteAsk;
  answer?: RouteAnswer;
  failure?: ApiProblem;
}

const REST = 150; // ms the pointer must rest before the server is asked
const KEEP = 10_000; // ms an answer stands for the same two places
const MOST = 60; // answers kept
const AGAIN = 20_000; // ms after which a chosen way of a moving unit is asked for again

/** keyOf names a way: the same key is the same question. */
const keyOf = ({ from, to, profile }: RouteAsk): string => JSON.stringify([from.kind, from.id, from.point?.coordinates, to.kind, to.id, to.point?.coordinates, profile]);

/** Ways are the ways shown, one a mode; find asks for one. */
export class Ways {
  readonly shown: Record<RouteMode, ShallowRef<RouteShown | undefined>> = { hover: shallowRef(), select: shallowRef() };
  private readonly turns: Record<RouteMode, { due: number; call?: AbortController }> = { hover: { due: 0 }, select: { due: 0 } };
  private readonly kept = new Map<string, { answer: RouteAnswer; at: number }>();
  private readonly find: typeof findRoute;

  constructor(find: typeof findRoute) {
    this.find = find;
  }

  show(ask: RouteAsk, mode: RouteMode): void {
    this.stop(mode);
    const key = keyOf(ask);
    const have = this.kept.get(key);
    if (have && Date.now() - have.at < KEEP) {
      this.shown[mode].value = { ask, answer: have.answer };
      return this.again(ask, mode);
    }
    const now = this.shown[mode].value;
    if (!now || keyOf(now.ask) !== key) this.shown[mode].value = mode === 'select' ? { ask } : undefined;
    this.turns[mode].due = window.setTimeout(() => void this.fetch(ask, mode), mode === 'hover' ? REST : 0);
  }

  hide(mode: RouteMode): void {
    this.stop(mode);
    this.shown[mode].value = undefined;
  }

  refresh(): void {
    this.kept.clear();
    for (const mode of ['hover', 'select'] as const) {
      const now = this.shown[mode].value;
      if (!now) continue;
      this.stop(mode);
      void this.fetch(now.ask, mode);
    }
  }

  private stop(mode: RouteMode): void {
    clearTimeout(this.turns[mode].due);
    this.turns[mode].call?.abort();
    this.turns[mode].call = undefined;
  }

  private again(ask: RouteAsk, mode: RouteMode): void {
    if (mode === 'select' && (ask.from.kind === 'unit' || ask.to.kind === 'unit')) this.turns.select.due = window.setTimeout(() => void this.fetch(ask, 'select'), AGAIN);
  }

  private async fetch(ask: RouteAsk, mode: RouteMode): Promise<void> {
    const call = new AbortController();
    this.turns[mode].call = call;
    const { from, to, profile } = ask;
    try {
      const answer = await this.find(profile ? { from, to, profile } : { from, to }, call.signal);
      if (call.signal.aborted) return;
      this.kept.delete(keyOf(ask));
      this.kept.set(keyOf(ask), { answer, at: Date.now() });
      if (this.kept.size > MOST) this.kept.delete(this.kept.keys().next().value!);
      this.shown[mode].value = { ask, answer };
    } catch (cause) {
      if (call.signal.aborted) return;
      const answer = this.shown[mode].value?.answer; // an old way beside the failure is better than none
      this.shown[mode].value = { ask, answer, failure: cause instanceof ApiProblem ? cause : unreachable(cause) };
    }
    this.again(ask, mode);
  }
}

const ways = new Ways(findRoute);

/** routes are the ways shown now, by mode. */
export const routes = ways.shown;

/** showRoute shows the way between two places: a hover after a short rest, a choice at once. It never throws; what went wrong stands in the store. */
export const showRoute = (ask: RouteAsk, mode: RouteMode): void => ways.show(ask, mode);

/** hideRoute takes a way off the map; a question on its way is given up. */
export const hideRoute = (mode: RouteMode): void => ways.hide(mode);

/** refreshRoutes asks again for what is shown, because the roads have changed. */
export const refreshRoutes = (): void => ways.refresh();

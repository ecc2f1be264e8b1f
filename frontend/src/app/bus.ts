import type { Router } from 'vue-router';
import type { SearchHit } from '../api/types';
import type { Wish } from '../alarm/wish';
import type { ReachFrom } from '../road/reach';

/** Wanted is what the palette and the alarms ask of the workspace that is shown. */
export type Wanted = { do: 'report' | 'layers' | 'units' | 'home' | 'closure' | 'replay' } | { do: 'reach'; from?: ReachFrom } | { do: 'show'; hit: SearchHit } | { do: 'alarm'; wish: Wish };

const hearers: ((wanted: Wanted) => void)[] = [];
let kept: Wanted | undefined;

/** want asks the newest workspace that listens; when none does, the wall is opened and gets the wish. */
export function want(wanted: Wanted, router: Router): void {
  const hear = hearers.at(-1);
  if (hear) return hear(wanted);
  kept = wanted;
  void router.push('/desk');
}

/** onWant hears wishes until it is called off; one that waited is handed over at once. */
export function onWant(hear: (wanted: Wanted) => void): () => void {
  hearers.push(hear);
  if (kept) {
    const waiting = kept;
    kept = undefined;
    setTimeout(() => hear(waiting));
  }
  return () => void hearers.splice(hearers.indexOf(hear), 1);
}

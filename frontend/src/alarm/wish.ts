import type { Shown } from '../live/alarm';

/** Wish is what the band asks of the workspace that is shown. */
export interface Wish {
  do: 'locate' | 'make' | 'instead' | 'route' | 'moves' | 'incident';
  alarm: Shown;
}

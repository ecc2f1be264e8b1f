export type Health = 'live' | 'ageing' | 'stale' | 'lost' | 'none';

const LIVE = 60_000;
const AGEING = 600_000;

/** healthOf grades a position: at is its time in ms, 0 never heard; a stale position of a committed unit is lost. */
export function healthOf(at: number, now: number, statusClass: string): Health {
  if (at === 0) return 'none';
  const age = now - at;
  if (age <= LIVE) return 'live';
  if (age <= AGEING) return 'ageing';
  return statusClass === 'committed' ? 'lost' : 'stale';
}

/** Five classes of a share, low to high (frontend guide §4). Map fills are the same in every theme. */
export const RAMP = ['#2A3A6B', '#2F6690', '#2F9592', '#6CC48A', '#E4E67A'] as const;
export const CLASS_NAMES = ['0–20', '20–40', '40–60', '60–80', '80–100'] as const;
/** Hatch of what has no figure, and of what nothing reaches. */
export const NO_DATA = '#8B9096', GAP = '#F58B6B';
/** People with 0, 1, 2 and 3 or more sites in reach, as categories of a chart. */
export const OVERLAP = ['#F58B6B', '#5AB8FF', '#8CE6BF', '#C9A2F2'] as const;
export const BASELINE = '#8B9096', NOW = '#5AB8FF';

/** Class 0…4 of a share 0…1; undefined stays undefined, so that "no data" is hatched and never coloured. */
export function classOf(share: number | undefined): number | undefined {
  if (share === undefined || Number.isNaN(share)) return undefined;
  return Math.min(4, Math.max(0, Math.floor(share * 5 + 1e-9)));
}

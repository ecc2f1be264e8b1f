/** One band of travel times: up to so many seconds, and its colour; the slowest has no end. */
export interface Band { upTo: number; colour: string }

/** Near to far, light to dark, the same in every theme and for every study, so that two maps can be compared. */
export const BANDS: readonly Band[] = [
  { upTo: 300, colour: '#E4E67A' }, { upTo: 600, colour: '#6CC48A' }, { upTo: 900, colour: '#2F9592' },
  { upTo: 1800, colour: '#2F6690' }, { upTo: 3600, colour: '#2A3A6B' }, { upTo: Infinity, colour: '#3A2147' },
];

/** The band of cells that no road leads to. */
export const NO_ROAD = -1;

export function bandOf(seconds: number | null | undefined): number {
  return seconds === null || seconds === undefined ? NO_ROAD : BANDS.findIndex((b) => seconds <= b.upTo);
}

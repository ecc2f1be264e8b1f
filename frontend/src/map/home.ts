import type { LedgerCode, LonLat } from '../api/types';
import type { Theme } from '../ui/settings';

/** HOME is the whole city; bounds are its south-west and north-east. */
export const HOME: { centre: LonLat; bounds: [LonLat, LonLat] } = { centre: [119.25, 39.95], bounds: [[118.52, 39.36], [119.98, 40.63]] };
/** MARGIN is what is left around the city, in px. */
export const MARGIN = 24;

/** MapOptions say what a map shows at first; ledgers are those switched on. Without a centre it is the whole city. */
export interface MapOptions {
  theme: Theme;
  scale: number;
  locale?: string;
  centre?: LonLat;
  zoom?: number;
  fleet?: boolean;
  incidents?: boolean;
  ledgers?: readonly LedgerCode[];
  touch?: boolean;
}

import type { Theme } from '../ui/settings';

/** Palette is what the base map is painted with; it stays at a quarter of the contrast of the symbols. */
export interface Palette {
  sea: string; land: string; outside: string; water: string; river: string; coast: string;
  line: string; township: string; road: string; minor: string; casing: string; rail: string;
  text: string; faint: string; halo: string; zone: number;
}

const dark: Palette = {
  sea: '#0A131D', land: '#151E28', outside: '#0E141B', water: '#0E2233', river: '#16324A', coast: '#3A556E',
  line: '#33465A', township: '#22303D', road: '#3A4856', minor: '#243040', casing: '#0E141B', rail: '#3B4653',
  text: '#C9D4DF', faint: '#8FA0B1', halo: '#0B0F14', zone: 0.3,
};
const light: Palette = {
  sea: '#CFDFEA', land: '#F6F7F4', outside: '#E7EAEA', water: '#BBD5E6', river: '#A6C8DE', coast: '#7D9AB0',
  line: '#9AA8B5', township: '#CBD3D9', road: '#FFFFFF', minor: '#E3E6E8', casing: '#C4CBD1', rail: '#A9B0B6',
  text: '#1B232C', faint: '#4A5763', halo: '#FFFFFF', zone: 0.45,
};
const outdoor: Palette = { ...light, land: '#FFFFFF', line: '#5B6875', minor: '#D2D7DB', casing: '#8C969F', text: '#000000', faint: '#1B232C', zone: 0.7 };

export const PALETTES: Record<Theme, Palette> = { dark, light, outdoor };

/** SEQUENCE is the five classes of a choropleth, low to high. */
export const SEQUENCE = ['#2A3A6B', '#2F6690', '#2F9592', '#6CC48A', '#E4E67A'] as const;
/** ZONES are the hatches of natural dangers. */
export const ZONES: Record<string, string> = { flood: '#5AB8FF', surge: '#5AB8FF', forest_fire: '#F58B6B', hazmat: '#F2C21B', geohazard: '#C9A2F2' };
/** ALERTS are fill and mark of the levels I to IV. */
export const ALERTS: readonly (readonly [fill: string, on: string])[] = [['#D92D3A', '#FFFFFF'], ['#F59A23', '#10161D'], ['#FFE66B', '#10161D'], ['#1F78C4', '#FFFFFF']];
export const CASING = '#0B0F14';
export const PAPER = '#F2F5F8';
/** FILL is how full a thing is: well, low, out. */
export const FILL = { good: '#8CE6BF', stock: '#4A8FE7', low: '#F5B82E', out: '#F44B40', none: '#8B9096' } as const;

/** token reads a colour token of the page, so that map and panels share one. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#8B9096';
}

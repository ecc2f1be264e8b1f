import { reactive, watchEffect } from 'vue';
import { LOCALES, setLocale, type Locale } from './i18n';

export const THEMES = ['dark', 'light', 'outdoor'] as const;
export type Theme = (typeof THEMES)[number];

/** Settings of this browser, kept across visits. scale 0 follows the screen; keys: single-letter shortcuts act. */
export interface Settings {
  theme: Theme;
  locale: Locale;
  scale: number;
  keys: boolean;
}

const KEPT = 'onemap.settings';
const usual: Settings = { theme: 'dark', locale: 'zh-CN', scale: 0, keys: true };

function kept(): Settings {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Settings>;
    const all = { ...usual, ...found };
    if (!THEMES.includes(all.theme)) all.theme = usual.theme;
    if (!LOCALES.includes(all.locale)) all.locale = usual.locale;
    return all;
  } catch {
    return { ...usual };
  }
}

export const settings = reactive<Settings>(kept());

/** uiScale is what the root font size is multiplied with, also by the map. */
export function uiScale(): number {
  if (settings.scale > 0) return settings.scale;
  return Math.max(1, Math.min(2.5, Math.min(innerWidth / 1920, innerHeight / 1080)));
}

/** useSettings applies the settings to the page and keeps them from now on. */
export function useSettings(): void {
  const scale = () => document.documentElement.style.setProperty('--ui-scale', String(uiScale()));
  addEventListener('resize', scale);
  watchEffect(() => {
    document.documentElement.dataset.theme = settings.theme;
    void setLocale(settings.locale).catch(() => undefined); // the page stays as it is until the server can be reached
    scale();
    localStorage.setItem(KEPT, JSON.stringify(settings));
  });
}

import { createI18n } from 'vue-i18n';
import en from '../locales/en.json';
import zh from '../locales/zh-CN.json';

/** The languages of the client; the first is the default and the fallback. */
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as Locale,
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en: en as typeof zh },
});

/** setLocale changes the language of the whole page. */
export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}

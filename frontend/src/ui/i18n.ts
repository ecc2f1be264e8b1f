import { createI18n } from 'vue-i18n';
import zh from '../locales/zh-CN.json';
import { compileMessage } from './message';

/** The languages of the client; the first is the default and the fallback, the others are loaded when they are chosen. */
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as Locale,
  fallbackLocale: 'zh-CN',
  messageCompiler: compileMessage,
  messages: { 'zh-CN': zh } as Record<Locale, typeof zh>,
});

let wanted: Locale = 'zh-CN';

type Words = Record<Locale, object>;
const added: Words[] = [];

/** addWords adds the words of a room that is loaded when it is needed; a language not yet chosen gets them when it is. */
export function addWords(words: Words): void {
  added.push(words);
  for (const locale of i18n.global.availableLocales) i18n.global.mergeLocaleMessage(locale, words[locale]);
}

/** setLocale changes the language of the whole page, once its words are there; when they cannot be had, nothing changes. */
export async function setLocale(locale: Locale): Promise<void> {
  wanted = locale;
  if (!i18n.global.availableLocales.includes(locale)) {
    const { default: words } = await import('../locales/en.json');
    i18n.global.setLocaleMessage('en', words as typeof zh);
    for (const more of added) i18n.global.mergeLocaleMessage('en', more.en);
  }
  if (wanted !== locale) return; // another was chosen meanwhile
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}

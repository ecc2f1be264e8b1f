import { shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, ask } from './client';

type Labels = Record<string, Record<string, string[]>>;

const labels = shallowRef<Labels>({});

/** readLabels fetches the words of all codes; label works before, showing codes. */
export async function readLabels(): Promise<void> {
  labels.value = (await ask(api.GET('/api/labels'))) as Labels;
}

/** label is the word of a code in a language; an unknown code stands for itself. */
export function label(list: string, code: string | number | null | undefined, locale: string): string {
  if (code === null || code === undefined || code === '') return '–';
  const words = labels.value[list]?.[String(code)];
  return words?.[locale === 'en' ? 1 : 0] ?? words?.[0] ?? String(code);
}

/** codes are all codes of a list, in the server's order. */
export function codes(list: string): string[] {
  return Object.keys(labels.value[list] ?? {});
}

/** useLabels gives label in the page's language, and a list's choices for a select. */
export function useLabels() {
  const { locale } = useI18n();
  const word = (list: string, code: string | number | null | undefined) => label(list, code, locale.value);
  const choices = (list: string) => codes(list).map((value) => ({ value, label: word(list, value) }));
  return { label: word, choices };
}

import { useI18n } from 'vue-i18n';
import { useLabels } from '../api/labels';
import { CODES } from './codes';

/** Words of codes: the server's where it has the list, otherwise those of the locale files. */
export function useWords() {
  const { t, te } = useI18n();
  const { label } = useLabels();

  function word(list: string, code: string | number | null | undefined): string {
    const said = label(list, code);
    const key = `ledger.codes.${list}.${code}`;
    return said === String(code) && te(key) ? t(key) : said;
  }
  const choices = (list: string) => (CODES[list] ?? []).map((value) => ({ value, label: word(list, value) }));
  return { word, choices };
}

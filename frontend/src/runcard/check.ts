import { i18n } from '../ui/i18n';
import { checkLevels, levelsOf } from './draft';

/** checkCard finds what is wrong in the levels of a card: words by path. */
export function checkCard(card: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(checkLevels(levelsOf(card['levels']))).map(([path, wrong]) => [path, i18n.global.t(`runcard.wrong.${wrong}`)]));
}

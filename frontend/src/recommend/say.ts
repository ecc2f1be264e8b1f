import { useI18n } from 'vue-i18n';
import { useLabels } from '../api/labels';
import type { WhyNot } from '../api/types';
import { count } from '../ui/format';
import type { Requirement, Shortfall } from './calls';

/** useSay puts what a recommendation says in codes into the words of the page. */
export function useSay() {
  const { t, te, locale } = useI18n();
  const { label } = useLabels();
  const list = (all: readonly string[]) => all.join(t('eta.and'));
  /** either is the word of a language, or the other one's where it is missing. */
  const either = (zh?: string, en?: string) => (locale.value === 'en' ? en || zh : zh || en) ?? '';

  /** what is asked for, with how much: 消防车或登高平台车 ×3. */
  function what(r: Requirement): string {
    const unit = () => (r.kinds ?? []).map((k) => label('unit_kind', k)).join(` ${t('recommend.or')} `);
    const skill = () => [label('discipline', r.discipline), r.level && t('recommend.at_least', { level: te(`ledger.codes.capability_level.${r.level}`) ? t(`ledger.codes.capability_level.${r.level}`) : r.level })].filter(Boolean).join(' ');
    const of = { unit_kind: unit, capability: skill, equipment: () => r.item ?? '', stock: () => r.item ?? '', shelter_places: () => '' }[r.type]?.() ?? '';
    return `${of || label('requirement_type', r.type)} ×${count(r.quantity)}`;
  }
  const code = (c: string, text: string) => {
    const known = label('why_not', c);
    if (known !== c) return known;
    return te(`near.not.${c}`) ? t(`near.not.${c}`) : text;
  };
  /** why somebody was not picked: every reason, and the closures among them. */
  function why(w: WhyNot): string {
    const closed = w.closures?.length ? t('near.closed_by', { names: list(w.closures.map((c) => c.name)) }) : '';
    return [...w.why.map((x) => code(x.code, x.text)), closed].filter(Boolean).join(t('ui.comma'));
  }
  const short = (s: Shortfall) => either(s.title, s.title_en) || code(s.code, s.text);
  const reason = (p: { reason: string; reason_en?: string }) => either(p.reason, p.reason_en);
  return { what, why, short, reason, list };
}

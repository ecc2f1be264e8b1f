import { useI18n } from 'vue-i18n';
import type { Result } from './kinds';
import { area, count, distance, minutes, NONE, share } from '../ui/format';

/** A value in its unit; what is not known stays not known. */
export function inUnit(unit: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return NONE;
  if (typeof value === 'boolean') return value ? '✓' : '✕';
  if (typeof value !== 'number') return String(value);
  switch (unit) {
    case 'share': return share(value, 1);
    case 'm': return distance(value);
    case 's': return minutes(value);
    case 'm2': return area(value);
    case 'people': case 'count': return count(value);
    default: return Number.isInteger(value) ? count(value) : String(Number(Math.abs(value) < 30 ? value.toPrecision(4) : value.toFixed(5))); // degrees too
  }
}

/** A value of a coarse answer: no more digits than it is good for. */
export function roughly(unit: string, value: unknown): string {
  if (typeof value !== 'number' || value === 0) return inUnit(unit, value);
  return `≈\u2009${unit === 'share' ? share(value, 0) : inUnit(unit, Number(value.toPrecision(2)))}`;
}

/** A difference with its sign; of shares in percentage points, whose word is points. */
export function difference(unit: string, value: number | undefined, points = ''): string {
  if (value === undefined) return NONE;
  if (value === 0) return '±0';
  const size = Math.abs(value);
  return (value > 0 ? '+' : '−') + (unit === 'share' ? `${(size * 100).toFixed(size < 0.001 ? 2 : 1)}${points && `\u2009${points}`}` : inUnit(unit, size));
}

/** How sure an answer is to be the best, in lines: the gap to what none can better, and what a solver outside made of it. */
export function useProof() {
  const { t } = useI18n();
  return ({ coarse, value, bound, gap, proof }: Result): string[] => {
    if (coarse || (gap === undefined && value === undefined)) return []; // of a thinned grid it would prove nothing
    const own = gap === undefined ? t('plan.no_bound') : gap === 0 ? t('plan.proved') : t('plan.gap', { gap: share(Math.ceil(gap * 1e4) / 1e4, 2), value: count(value), bound: count(bound) });
    return proof ? [own, t(`plan.proof.${proof.outcome}`, { solver: proof.solver ?? 'CBC' })] : [own];
  };
}

export interface Titled { title: string; title_en: string }
/** The words of the server in the page's language. */
export function useTitles() {
  const { locale } = useI18n();
  const english = () => locale.value === 'en';
  return {
    title: (x: Titled | undefined) => (english() && x?.title_en) || x?.title || '',
    text: (x: { text: string; text_en: string }) => (english() && x.text_en) || x.text,
    note: (x: { note?: string; note_en?: string }) => (english() && x.note_en) || x.note,
    reason: (x: { reason?: string; reason_en?: string }) => (english() && x.reason_en) || x.reason || '',
    method: (x: { method: string; method_en?: string }) => (english() && x.method_en) || x.method,
  };
}

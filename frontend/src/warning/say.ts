import { useI18n } from 'vue-i18n';
import { divisionName } from '../api/divisions';
import { useLabels } from '../api/labels';
import { textOf, type Text, type Warning } from './state';

/** useSay puts a warning into words. */
export function useSay() {
  const { t } = useI18n();
  const { label } = useLabels();
  /** kind is 暴雨橙色预警; of another house the event in its own words where it has some. */
  const kind = (text: Text | undefined): string =>
    text ? t('warning.kind', { kind: text.event || label('warning_kind', text.kind), colour: text.colour ? label('warning_colour', text.colour) : '' }).trim() : t('warning.nameless');
  /** house is who sent it. */
  const house = (w: Warning): string => w.foreign?.sender_name || w.foreign?.sender || w.sent.at(-1)?.sender_name || '';
  /** area is whom it warns. */
  const area = (text: Text | undefined): string => text?.area_text || (text?.divisions ?? []).map(divisionName).join(t('ui.comma'));
  /** mark is what must never be overlooked: an exercise, another house's. */
  const mark = (w: Warning): string => [w.exercise && t('warning.exercise'), w.origin === 'foreign' && t('warning.foreign')].filter(Boolean).join(' · ');
  /** onMap is what stands along its edge. */
  const onMap = (w: Warning): string => [mark(w) && `【${mark(w)}】`, kind(textOf(w))].filter(Boolean).join('');
  return { kind, house, area, mark, onMap };
}

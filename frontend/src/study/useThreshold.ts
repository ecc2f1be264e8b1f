import { useI18n } from 'vue-i18n';
import { distance } from '../ui/format';

/** Words of a threshold: a distance, or the minutes of a travel time. */
export function useThreshold() {
  const { t } = useI18n();
  return (basis: string | undefined, limit: number): string => (basis === 'road' ? t('studyRoad.minutes', { n: Math.round(limit / 6) / 10 }) : distance(limit));
}

import { useI18n } from 'vue-i18n';
import { divisionName } from '../api/divisions';
import { useLabels } from '../api/labels';
import { distance } from '../ui/format';
import { PARTS, type Kind, type Params } from './kinds';
import { asksRoad, type Question } from './question';

/** Names of questions and thresholds in the page's language. */
export function useNames() {
  const { t } = useI18n();
  const { label } = useLabels();
  const minutes = (s: number) => t('plan.minutes', { n: Math.round(s / 6) / 10 });
  const limit = (road: boolean, x: number) => (road ? minutes(x) : distance(x));
  function nameOf(q: Question): string {
    const parts = PARTS[q.kind];
    const said = [t(`plan.kind.${q.kind}`)];
    if (parts.includes('kinds')) said.push(q.kinds.map((k) => label('ledger', k)).join(t('ui.comma')));
    if (parts.includes('siting') && !q.model.startsWith('lscp')) said.push(t('plan.plus', { n: q.sites }));
    if (parts.includes('limit')) said.push(limit(asksRoad(q), asksRoad(q) ? q.limit_s : q.distance_m));
    if (parts.includes('mode')) said.push(t(`plan.mode_of.${q.mode}`));
    if (parts.includes('way') && q.way_s > 0) said.push(limit(true, q.way_s));
    if (parts.includes('hours')) said.push(t('plan.n_hours', { n: q.hours }));
    if (parts.includes('division') && q.division) said.push(divisionName(q.division));
    return said.filter(Boolean).join(' · ').slice(0, 120);
  }
  /** The name of a study whose thresholds were moved. */
  function tuned(name: string, kind: Kind, p: Params): string {
    const road = !!p.limits_s;
    const bare = name.split(' → ')[0]!;
    return `${bare} → ${(p.limits_s ?? p.distances_m ?? []).map((x) => limit(road, x)).join(' / ')}${p.profile ? ` ${label('road_profile', p.profile)}` : ''}`.slice(0, 120) || t(`plan.kind.${kind}`);
  }
  return { nameOf, tuned, limit };
}

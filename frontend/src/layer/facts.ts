import type { EntryFeature } from '../api/types';
import type { Pick } from '../map/pick';

/** Fact is one line of a card: a key of the locales, and a value as text, as a code of a label list, or as a number of people. */
export interface Fact {
  key: string;
  text?: string;
  list?: string;
  code?: string;
  count?: number;
  share?: number;
  day?: string;
}

const LISTS: Record<string, Record<string, string>> = {
  team: { owner_system: 'owner_system', readiness: 'readiness' },
  depot: { level: 'depot_level' },
  shelter: { class: 'shelter_class', state: 'shelter_state' },
  hazard: { kind: 'hazard_kind', state: 'hazard_state', level: 'grade' },
  risk_zone: { kind: 'risk_zone_kind' },
  camera: { state: 'camera_state' },
};
const COUNTS: Record<string, string[]> = { shelter: ['capacity', 'occupancy', 'free'], hazard: ['people_at_risk'], division: ['people'], cell: ['people'] };

/** factsOf are the lines of a thing that was clicked, with more of them once its entry has been read. */
export function factsOf(pick: Pick, entry?: EntryFeature): Fact[] {
  const p: Record<string, unknown> = { ...pick.properties, ...entry?.properties };
  const facts: Fact[] = [];
  for (const [key, list] of Object.entries(LISTS[pick.kind] ?? {})) if (p[key] !== undefined) facts.push({ key, list, code: String(p[key]) });
  for (const key of COUNTS[pick.kind] ?? []) if (typeof p[key] === 'number') facts.push({ key, count: p[key] });
  if (pick.kind === 'depot' && typeof p.fill === 'number') facts.push({ key: 'fill', share: p.fill });
  if (pick.kind === 'risk_zone' && p.class !== undefined) facts.push({ key: 'zone_class', text: ['', 'I', 'II', 'III'][Number(p.class)] ?? String(p.class) });
  for (const key of ['leader', 'keeper']) {
    const person = p[key] as { name?: string; phones?: string[] } | undefined;
    if (person?.name) facts.push({ key, text: [person.name, ...(person.phones ?? [])].join(' ') });
  }
  if (typeof p.owner === 'string') facts.push({ key: 'owner', text: p.owner });
  if (typeof p.verify_by === 'string') facts.push({ key: 'verify_by', day: p.verify_by });
  return facts;
}

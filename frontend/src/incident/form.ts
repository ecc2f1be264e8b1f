import type { Incident, IncidentFacts, IncidentKind } from '../api/types';

/** Draft is the form of an incident: texts as typed, empty where nothing is known. */
export interface Draft {
  kind: string;
  title: string;
  priority: string;
  grade: string;
  place: string;
  description: string;
  caller_name: string;
  caller_phone: string;
  dead: string;
  missing: string;
  injured: string;
  trapped: string;
}

const TEXTS = ['place', 'description', 'caller_name', 'caller_phone'] as const;
const COUNTS = ['dead', 'missing', 'injured', 'trapped'] as const;

const text = (n: number | string | undefined) => (n === undefined ? '' : String(n));

/** draftOf fills the form with what is known. */
export function draftOf(i?: Incident): Draft {
  return {
    kind: i?.kind ?? 'other', title: i?.title ?? '', priority: text(i?.priority ?? 3), grade: text(i?.grade),
    place: text(i?.place), description: text(i?.description), caller_name: text(i?.caller_name), caller_phone: text(i?.caller_phone),
    dead: text(i?.dead), missing: text(i?.missing), injured: text(i?.injured), trapped: text(i?.trapped),
  };
}

function number(typed: string | number): number | undefined {
  const n = Number(typed);
  return String(typed).trim() === '' || !Number.isFinite(n) ? undefined : n;
}

/** factsOf reads the form; what was left empty is left out. */
export function factsOf(d: Draft): IncidentFacts & { kind: IncidentKind; title: string; priority: number } {
  const facts: IncidentFacts & { kind: IncidentKind; title: string; priority: number } = { kind: d.kind as IncidentKind, title: d.title.trim(), priority: Number(d.priority) };
  const grade = number(d.grade);
  if (grade !== undefined) facts.grade = grade;
  for (const key of TEXTS) if (d[key].trim()) facts[key] = d[key].trim();
  for (const key of COUNTS) {
    const n = number(d[key]);
    if (n !== undefined) facts[key] = n;
  }
  return facts;
}

/** changesOf are the facts that differ from what was known, so that another's changes of the rest stand. */
export function changesOf(d: Draft, before: Incident): IncidentFacts {
  const facts: Record<string, unknown> = { ...factsOf(d) };
  for (const key of TEXTS) if (!d[key].trim() && before[key]) facts[key] = '';
  const old = before as Record<string, unknown>;
  return Object.fromEntries(Object.entries(facts).filter(([key, value]) => old[key] !== value)) as IncidentFacts;
}

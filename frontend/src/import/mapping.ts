import type { Mapping, RowError, Shape, Unit } from './job';

/** A field of the ledger that a column may fill; choices: the codes it takes, with their words. */
export interface Target {
  name: string;
  label: string;
  kind: 'text' | 'number' | 'code' | 'date' | 'bool' | 'json';
  required: boolean;
  choices?: readonly { value: string; label: string }[];
}
/** What a column is used for; target is a field's name, one of the places below, or empty: left out. */
export interface Use { column: string; target: string; unit: Unit | ''; values: Record<string, string> }
/** Draft is a mapping as a person edits it: by the file's columns, and texts for every row. */
export interface Draft { name: string; datum: string; uses: Use[]; fixed: Record<string, string> }

/** Targets that are no fields: where a row of a table lies. */
export const PLACES = { '@lon': 'lon', '@lat': 'lat', '@geometry': 'geometry' } as const;
export type Place = keyof typeof PLACES;
export const isPlace = (target: string): target is Place => target in PLACES;
export const UNITS: readonly Unit[] = ['ten_thousand', 'hectare', 'mu', 'km2', 'km', 'cm', 'kg', 'hour'];

const CUT = 80; // characters after which the server cuts a value of an error

/** draftOf spreads a mapping over the columns of a file; what names a column the file has not is left out. */
export function draftOf(shape: Shape, m: Mapping): Draft {
  const of = new Map(m.fields.filter((f) => f.column).map((f) => [f.column!, f]));
  const places = new Map((Object.keys(PLACES) as Place[]).flatMap((p) => (m[PLACES[p]] ? [[m[PLACES[p]]!, p] as const] : [])));
  const uses = shape.columns.map(({ name }): Use => {
    const f = of.get(name);
    return { column: name, target: places.get(name) ?? f?.field ?? '', unit: f?.unit ?? '', values: { ...f?.values } };
  });
  const fixed = Object.fromEntries(m.fields.flatMap((f) => (f.constant ? [[f.field, f.constant]] : [])));
  return { name: m.name ?? '', datum: m.datum ?? '', uses, fixed };
}

/** mappingOf is the draft as the server takes it. */
export function mappingOf(d: Draft): Mapping {
  const m: Mapping = { fields: [] };
  if (d.name.trim()) m.name = d.name.trim();
  if (d.datum) m.datum = d.datum as NonNullable<Mapping['datum']>;
  for (const use of d.uses) {
    if (!use.target) continue;
    if (isPlace(use.target)) {
      m[PLACES[use.target]] = use.column;
      continue;
    }
    const values = Object.fromEntries(Object.entries(use.values).filter(([, code]) => code));
    m.fields.push({
      field: use.target, column: use.column,
      ...(d.fixed[use.target] ? { constant: d.fixed[use.target] } : {}),
      ...(use.unit ? { unit: use.unit } : {}),
      ...(Object.keys(values).length ? { values } : {}),
    });
  }
  const filled = new Set(m.fields.map((f) => f.field));
  for (const [field, constant] of Object.entries(d.fixed)) if (constant && !filled.has(field)) m.fields.push({ field, constant });
  return m;
}

/** aimed changes what a column is for; its unit and values belong to the old target. */
export function aimed(d: Draft, column: string, target: string): Draft {
  return { ...d, uses: d.uses.map((u) => (u.column === column ? { column, target, unit: '', values: {} } : u)) };
}

/** twice lists targets that more than one column fills. */
export function twice(d: Draft): Set<string> {
  const seen = new Set<string>(), double = new Set<string>();
  for (const { target } of d.uses) {
    if (target && seen.has(target)) double.add(target);
    seen.add(target);
  }
  return double;
}

/** unfilled lists required fields that neither a column nor a text for every row fills. */
export function unfilled(d: Draft, targets: readonly Target[]): Target[] {
  const filled = new Set([...d.uses.map((u) => u.target), ...Object.keys(d.fixed).filter((f) => d.fixed[f])]);
  return targets.filter((target) => target.required && !filled.has(target.name));
}

/** placeless: the file has no shapes and no columns say where its rows lie. */
export function placeless(d: Draft, shape: Shape): boolean {
  const has = (place: Place) => d.uses.some((u) => u.target === place);
  return !shape.shapes && !has('@geometry') && !(has('@lon') && has('@lat'));
}

/** valuesOf lists what stands in a column as far as is known: its samples, what is mapped, and what errors named. */
export function valuesOf(use: Use, samples: readonly string[], errors: readonly RowError[]): string[] {
  const named = errors.flatMap((e) => (e.column === use.column && e.value && e.value.length <= CUT ? [e.value] : []));
  return [...new Set([...samples, ...Object.keys(use.values), ...named])];
}

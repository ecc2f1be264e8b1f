import type { Pick, Recommendation, Shortfall } from './calls';

/** Row is a unit one can send; picked: the card asks for it; gone: the newest answer has it no more. */
export interface Row {
  pick: Pick;
  picked: boolean;
  gone: boolean;
}
/** Choice is what a person ticked or took out, by unit; the rest is as the card has it. */
export type Choice = ReadonlyMap<string, boolean>;

/** rowsOf lays out an answer: the picks, then the alternates. */
export function rowsOf(r: Recommendation): Row[] {
  const row = (picked: boolean) => (pick: Pick): Row => ({ pick, picked, gone: false });
  return [...r.picks.map(row(true)), ...r.alternates.map(row(false))];
}

/** held keeps the rows as they lie under a pointer, with new figures; changed says that they would now lie otherwise. */
export function held(before: readonly Row[], r: Recommendation): { rows: Row[]; changed: boolean } {
  const now = rowsOf(r);
  const of = new Map(now.map((row) => [row.pick.unit, row]));
  const rows = before.map((old) => ({ ...old, pick: of.get(old.pick.unit)?.pick ?? old.pick, gone: !of.has(old.pick.unit) }));
  const lie = (all: readonly Row[]) => all.map((row) => `${row.pick.unit} ${row.picked}`).join();
  return { rows, changed: lie(before) !== lie(now) };
}

/** ticks are the units that would be sent. A card that only informs ticks nobody; who is gone or busy cannot be ticked. */
export function ticks(rows: readonly Row[], choice: Choice, mode: Recommendation['mode'], busy: (unit: string) => boolean): Set<string> {
  const usual = mode !== 'inform';
  return new Set(rows.filter((row) => !row.gone && !busy(row.pick.unit) && (choice.get(row.pick.unit) ?? (usual && row.picked))).map((row) => row.pick.unit));
}

/** Standing is how far a requirement is met: by units sent, by units ticked, and what is missing, with the reason where the answer has one. */
export interface Standing {
  at: number;
  level: number;
  wanted: number;
  have: number;
  picked: number;
  missing: number;
  reason?: Shortfall;
}

/** standings follow the ticks: who is taken out is missing, who is added counts. What places give is as the server has it. */
export function standings(r: Recommendation, rows: readonly Row[], sent: ReadonlySet<string>): Standing[] {
  return r.requirements.map((s, at) => {
    const placed = s.requirement.type === 'stock' || s.requirement.type === 'shelter_places';
    const counts = (p: Pick) => !p.consent && p.requirements.includes(at);
    const more = placed ? 0 : rows.filter((row) => counts(row.pick) && sent.has(row.pick.unit)).length - r.picks.filter(counts).length;
    const picked = Math.max(0, s.picked + more);
    return { at, level: s.level, wanted: s.wanted, have: s.have, picked, missing: Math.max(0, s.wanted - s.have - picked), reason: r.shortfalls.find((f) => f.requirement === at) };
  });
}

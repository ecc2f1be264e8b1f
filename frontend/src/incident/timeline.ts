import type { AfterAction, Note } from '../api/types';

/** Line is one event of an incident as its timeline shows it. */
export interface Line {
  seq: number;
  at: string;
  /** late: recorded more than a minute after it happened, as from a tablet that was out of reach. */
  late?: string;
  kind: string;
  text: string;
  actor: string;
  note?: Note;
  activation: boolean;
}

const LATE = 60_000; // ms

/** linesOf are the lines of a report up to a moment (ms; undefined: all), the newest first; of one moment the later event first. */
export function linesOf(report: AfterAction, english: boolean, until?: number): Line[] {
  const notes = new Map(report.notes.map((n) => [n.id, n]));
  return report.timeline
    .filter((l) => until === undefined || Date.parse(l.recorded_at) <= until)
    .map((l): Line => {
      const at = l.occurred_at ?? l.recorded_at;
      const note = notes.get(l.id);
      return {
        seq: l.seq, at, kind: l.kind, actor: l.actor_name, activation: l.type === 'incident.activated',
        text: note ? note.text : english ? l.text_en : l.text,
        ...(note && { note }), ...(Date.parse(l.recorded_at) - Date.parse(at) > LATE && { late: l.recorded_at }),
      };
    })
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.seq - a.seq);
}

/** touches says whether an event of the live channel belongs to an incident's timeline. */
export function touches(frame: { event: { id: string; type: string; payload: unknown }; assignment?: { incident: string }; alarm?: { incident?: string } }, incident: string): boolean {
  const { event } = frame;
  const about = event.type === 'note.added' ? (event.payload as { incident?: string }).incident : undefined;
  return event.id === incident || about === incident || frame.assignment?.incident === incident || frame.alarm?.incident === incident;
}

/** reportAt is the address of an incident's after-action report. */
export const reportAt = (incident: string, format: 'html' | 'csv' | 'geojson'): string => `/api/incidents/${incident}/after-action?format=${format}`;

import type { Geometry } from 'geojson';
import type { components } from '../api/schema';
import type { LonLat } from '../api/types';
import { levelOf, type Colour, type Text } from './state';

export type WarningPut = components['schemas']['WarningPut'];

const HOUR = 3_600_000;
const ZONE = 8 * HOUR; // the city's clock is ahead of UTC, the year round
const USUAL = 6 * HOUR;
const LONGEST = 72 * HOUR;

/** localOf writes an instant as a field for date and time holds it, in the city's zone. */
export const localOf = (at: string | number | undefined): string => (at === undefined ? '' : new Date(new Date(at).getTime() + ZONE).toISOString().slice(0, 16));
/** ofLocal reads such a field; undefined when it is empty or makes no sense. */
export function ofLocal(text: string): string | undefined {
  const at = text ? Date.parse(`${text}+08:00`) : NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** Draft is what stands in the form; times as their fields hold them. */
export interface Draft {
  kind: string;
  colour: Colour;
  headline: string;
  description: string;
  instruction: string;
  urgency: string;
  certainty: string;
  areaText: string;
  polygon?: Geometry;
  divisions: string[];
  effective: string;
  onset: string;
  expires: string;
  exercise: string;
  incident: string;
}

/** emptyDraft begins a warning; now is ms. */
export function emptyDraft(now: number): Draft {
  return {
    kind: 'rainstorm', colour: 'yellow', headline: '', description: '', instruction: '', urgency: 'Expected', certainty: 'Likely', areaText: '', divisions: [],
    effective: '', onset: '', expires: localOf(now + USUAL), exercise: '', incident: '',
  };
}

/** draftOf is a text as the form shows it. */
export function draftOf(t: Text): Draft {
  return {
    kind: t.kind, colour: t.colour ?? 'blue', headline: t.headline, description: t.description ?? '', instruction: t.instruction ?? '', urgency: t.urgency, certainty: t.certainty,
    areaText: t.area_text, polygon: t.polygon as unknown as Geometry | undefined, divisions: [...(t.divisions ?? [])], effective: localOf(t.effective), onset: localOf(t.onset),
    expires: localOf(t.expires), exercise: t.exercise ?? '', incident: t.incident ?? '',
  };
}

/** areaOf is the polygon of the corners that were drawn; undefined while there are too few. */
export function areaOf(points: readonly LonLat[]): Geometry | undefined {
  return points.length < 3 ? undefined : { type: 'Polygon', coordinates: [[...points, points[0]!]] };
}

export type Wrong = Partial<Record<'headline' | 'instruction' | 'area_text' | 'area' | 'expires' | 'onset' | 'effective', 'required' | 'advice' | 'area' | 'end' | 'long' | 'order'>>;

/** wrongOf names what cannot be sent yet, by field; now is ms. */
export function wrongOf(d: Draft, now: number): Wrong {
  const wrong: Wrong = {};
  const at = (text: string) => Date.parse(ofLocal(text) ?? '');
  const ends = at(d.expires), begins = d.effective ? at(d.effective) : now;
  if (!d.headline.trim()) wrong.headline = 'required';
  if (!d.areaText.trim()) wrong.area_text = 'required';
  if (!d.instruction.trim() && levelOf(d.colour) <= 2) wrong.instruction = 'advice';
  if (!d.polygon && !d.divisions.length) wrong.area = 'area';
  if (!(ends > now && ends > begins)) wrong.expires = 'end';
  else if (ends - begins > LONGEST) wrong.expires = 'long';
  if (d.onset && at(d.onset) > ends) wrong.onset = 'order';
  return wrong;
}

/** putOf is what the form says as the server takes it. */
export function putOf(d: Draft): WarningPut {
  const words = (s: string) => s.trim() || undefined;
  const body = {
    kind: d.kind, colour: d.colour, headline: d.headline.trim(), description: words(d.description), instruction: words(d.instruction), urgency: d.urgency, certainty: d.certainty,
    area_text: d.areaText.trim(), polygon: d.polygon, divisions: d.divisions.length ? d.divisions : undefined, effective: ofLocal(d.effective), onset: ofLocal(d.onset),
    expires: ofLocal(d.expires) ?? '', exercise: words(d.exercise), incident: d.incident || undefined,
  };
  return Object.fromEntries(Object.entries(body).filter(([, v]) => v !== undefined)) as unknown as WarningPut;
}

/** BLANK stands for words not written yet when only the area is asked about. */
const BLANK = '–';

/** askedOf is what a preview is asked of, or undefined while there is no area or no end; whole: the words are all there too. */
export function askedOf(d: Draft, now: number): { body: WarningPut; whole: boolean } | undefined {
  const { area, expires, onset, effective, ...words } = wrongOf(d, now);
  if (area || expires || onset || effective) return undefined;
  const filled = { ...d, headline: d.headline.trim() || BLANK, areaText: d.areaText.trim() || BLANK, instruction: d.instruction.trim() || (levelOf(d.colour) <= 2 ? BLANK : '') };
  return { body: putOf(filled), whole: !Object.keys(words).length };
}

import type { Feature, FeatureCollection, Geometry } from 'geojson';
import type { OverlayLayer } from '../map/overlay';
import { count } from '../ui/format';
import { CLASS_NAMES, GAP, NO_DATA, RAMP } from '../ui/ramp';
import type { Layer, Result } from './kinds';
import { inUnit } from './say';

type Props = Record<string, unknown>;
export type Features = FeatureCollection<Geometry, Props>;

/** How a layer is drawn: gaps are hatched, classes coloured, sites numbered, transfers are arrows. */
export type Look = 'gaps' | 'classes' | 'sites' | 'arrows' | 'plain';
export interface Drawn {
  look: Look;
  features: Features;
  layers: OverlayLayer[];
  /** Colours with what they stand for; n is how many features have one. */
  legend: { colour: string; text: string; n?: number }[];
  /** People that the features count together, where each counts its own. */
  people?: number;
  /** The features without a value, where there are classes. */
  unknown?: number;
  dots?: boolean;
  /** The property that the colours are about. */
  by?: string;
}

const SHARES = ['share', 'people_share', 'covered_share', 'placed_share'];
const TIMES = ['arrival_s', 'first_s', 'nearest_s', 'travel_s'];
const WAYS = ['nearest_m', 'walk_m'];
const OTHERS = ['value', 'unplaced', 'gain'];
const TIME_BREAKS = [300, 600, 900, 1800]; // s, as of the arrivals of live coverage
const WAY_BREAKS = [500, 1000, 2500, 5000]; // m
const CASE = '#0B0F14', INK = '#06121C', SITE = '#5AB8FF', NEW_SITE = '#F2C21B';
const FONT = { 'text-font': ['Noto Sans SC'], 'text-size': 12 };
const halo = { 'text-color': '#FFFFFF', 'text-halo-color': CASE, 'text-halo-width': 2 };
/** Smaller where the whole city is seen. */
const byZoom = (far: number, near: number): unknown => ['interpolate', ['linear'], ['zoom'], 8, far, 11, near];
const FIRST_ON_TOP: unknown = ['-', 0, ['coalesce', ['get', 'rank'], 0]];
const hatch = (colour: string) => `hatch|${colour.slice(1)}`;
const GROUND: unknown = ['match', ['geometry-type'], ['Polygon', 'MultiPolygon'], true, false];
const DOTS: unknown = ['match', ['geometry-type'], ['Point', 'MultiPoint'], true, false];

/** drawn decides how a layer of a result looks, by what its features are and know. */
export function drawn(layer: Layer): Drawn {
  const features = (layer.features as unknown as Features).features ?? [];
  const has = (key: string) => features.some((f) => typeof f.properties?.[key] === 'number');
  const ground = features.some((f) => /Polygon$/.test(f.geometry?.type ?? ''));
  if (/^gaps/.test(layer.code)) return gaps(features);
  if (features.some((f) => /LineString$/.test(f.geometry?.type ?? ''))) return arrows(features);
  if (!ground && layer.code === 'chosen') return sites(features);
  const by = [...SHARES, ...TIMES, ...WAYS, ...OTHERS].find(has);
  return by ? classes(features, by, ground) : plain(features);
}

/** A layer of the townships with a share of the table that lists them, where there is one and their outlines are known. */
export function townshipLayer(result: Result, areas: Features | undefined): Layer | undefined {
  const table = result.tables.find((t) => t.code === 'townships');
  const shares = table?.columns.filter((c) => c.unit === 'share') ?? [];
  const share = shares.find((c) => /after/.test(c.code)) ?? shares[0];
  const key = table?.columns.findIndex((c) => c.code === 'division') ?? -1;
  if (!table || !share || key < 0 || !areas) return undefined;
  const at = table.columns.indexOf(share), rows = new Map(table.rows.map((r) => [String(r[key]), r]));
  const features = areas.features.flatMap((f) => {
    const division = String(f.properties.code), row = rows.get(division);
    return row ? [{ ...f, properties: { division, name: f.properties.name, share: row[at] } }] : [];
  });
  return { code: 'townships', title: share.title, title_en: share.title_en, features: { type: 'FeatureCollection', features } };
}

const collection = (features: Feature<Geometry, Props>[]): Features => ({ type: 'FeatureCollection', features });
const withProps = (all: readonly Feature<Geometry, Props>[], more: (p: Props, i: number) => Props) => collection(all.map((f, i) => ({ ...f, properties: { ...f.properties, at: i, ...more(f.properties ?? {}, i) } })));

/** The sum of people over features that all know theirs. */
function peopleOf(all: readonly Feature<Geometry, Props>[]): { people?: number } {
  const known = all.map((f) => f.properties?.people);
  return known.length && known.every((n) => typeof n === 'number') ? { people: known.reduce<number>((sum, n) => sum + Number(n), 0) } : {};
}

function gaps(all: Feature<Geometry, Props>[]): Drawn {
  const features = withProps(all, (p) => ({ say: typeof p.people === 'number' && p.people > 0 ? count(p.people) : '' }));
  return {
    look: 'gaps', features, legend: [{ colour: GAP, text: '' }], ...peopleOf(all), dots: !all.some((f) => /Polygon$/.test(f.geometry?.type ?? '')),
    layers: [
      { type: 'fill', under: 'facilities', filter: GROUND, paint: { 'fill-pattern': hatch(GAP), 'fill-opacity': 0.2 } }, // the classes below show through
      { type: 'circle', under: 'facilities', filter: DOTS, paint: { 'circle-radius': 1.6, 'circle-color': GAP, 'circle-opacity': 0.7 } },
      { type: 'line', under: 'facilities', filter: GROUND, paint: { 'line-color': GAP, 'line-width': 1.5, 'line-dasharray': [3, 1.5] } },
      { type: 'symbol', under: 'facilities', filter: ['all', GROUND, ['!=', ['get', 'say'], '']], layout: { ...FONT, 'text-field': ['get', 'say'], 'symbol-sort-key': ['-', 0, ['get', 'people']] }, paint: halo },
    ],
  };
}

const part = (name: string): unknown => ['==', ['get', 'part'], name];
/** Badges with the line and the dot of those that stand off their place: badges.ts parts them. */
const BADGES: OverlayLayer[] = [
  { type: 'line', filter: part('line'), paint: { 'line-color': CASE, 'line-width': 4 } },
  { type: 'line', filter: part('line'), paint: { 'line-color': NEW_SITE, 'line-width': 1.5 } },
  { type: 'circle', filter: part('dot'), paint: { 'circle-radius': 3.5, 'circle-color': NEW_SITE, 'circle-stroke-color': CASE, 'circle-stroke-width': 1.5 } },
  { type: 'circle', filter: part('badge'), layout: { 'circle-sort-key': FIRST_ON_TOP }, paint: { 'circle-radius': byZoom(8, 13), 'circle-color': NEW_SITE, 'circle-stroke-color': CASE, 'circle-stroke-width': byZoom(1.5, 2.5) } },
  { type: 'symbol', filter: part('badge'), layout: { ...FONT, 'text-size': byZoom(11, 14), 'symbol-sort-key': FIRST_ON_TOP, 'text-field': ['get', 'say'], 'text-allow-overlap': true, 'text-ignore-placement': true }, paint: { 'text-color': INK } },
];

function sites(all: Feature<Geometry, Props>[]): Drawn {
  const features = withProps(all, (p) => ({ say: typeof p.rank === 'number' ? String(p.rank) : '' }));
  return {
    look: 'sites', features, legend: [{ colour: NEW_SITE, text: '' }], dots: true, layers: BADGES,
  };
}

function arrows(all: Feature<Geometry, Props>[]): Drawn {
  const most = Math.max(1, ...all.map((f) => Number(f.properties?.people ?? 0)));
  const features = withProps(all, (p) => ({ weight: Math.sqrt(Number(p.people ?? 0) / most), say: typeof p.people === 'number' ? `▶ ${count(p.people)}` : '▶' }));
  const width = (least: number, span: number) => ['+', least, ['*', span, ['get', 'weight']]];
  return {
    look: 'arrows', features, legend: [{ colour: SITE, text: '' }], ...peopleOf(all),
    layers: [
      { type: 'line', under: 'units', layout: { 'line-cap': 'round' }, paint: { 'line-color': CASE, 'line-width': width(3, 6) } },
      { type: 'line', under: 'units', layout: { 'line-cap': 'round' }, paint: { 'line-color': SITE, 'line-width': width(1.2, 4.5) } },
      { type: 'symbol', under: 'units', layout: { ...FONT, 'text-field': ['get', 'say'], 'symbol-placement': 'line-center', 'text-keep-upright': false, 'symbol-sort-key': ['-', 0, ['get', 'weight']] }, paint: halo },
    ],
  };
}

function plain(all: Feature<Geometry, Props>[]): Drawn {
  return {
    look: 'plain', features: withProps(all, () => ({})), legend: [{ colour: SITE, text: '' }], dots: all.length > 0 && all.every((f) => /Point$/.test(f.geometry?.type ?? '')),
    layers: [
      { type: 'fill', under: 'places', filter: GROUND, paint: { 'fill-color': SITE, 'fill-opacity': 0.18 } },
      { type: 'line', under: 'places', filter: GROUND, paint: { 'line-color': SITE, 'line-width': 2 } },
      { type: 'circle', under: 'facilities', filter: DOTS, paint: { 'circle-radius': 4.5, 'circle-color': SITE, 'circle-stroke-color': CASE, 'circle-stroke-width': 1.5 } },
    ],
  };
}

function classes(all: Feature<Geometry, Props>[], by: string, ground: boolean): Drawn {
  const { breaks, far, names } = scale(all, by);
  const colours = far ? [...RAMP].reverse() : [...RAMP];
  const features = withProps(all, (p) => ({ class: classIn(breaks, p[by]) }));
  const colour = ['match', ['get', 'class'], 0, colours[0], 1, colours[1], 2, colours[2], 3, colours[3], 4, colours[4], NO_DATA];
  const body: OverlayLayer[] = ground
    ? [
        { type: 'fill', under: 'places', filter: ['>=', ['get', 'class'], 0], paint: { 'fill-color': colour, 'fill-antialias': all.length < 2000, 'fill-opacity': 0.9 } },
        { type: 'fill', under: 'places', filter: ['<', ['get', 'class'], 0], paint: { 'fill-pattern': hatch(NO_DATA) } },
        ...(all.length < 2000 ? [{ type: 'line', under: 'places', paint: { 'line-color': CASE, 'line-width': 1, 'line-opacity': 0.7 } } as OverlayLayer] : []),
      ]
    : [{ type: 'circle', under: 'facilities', paint: { 'circle-radius': all.length > 800 ? ['interpolate', ['linear'], ['zoom'], 8, 1.6, 14, 8] : 7, 'circle-color': colour, 'circle-stroke-color': CASE, 'circle-stroke-width': all.length > 800 ? 0 : 1.5 } }];
  const many = (i: number) => features.features.reduce((n, f) => n + Number(f.properties.class === i), 0);
  return { look: 'classes', by, features, layers: body, legend: names.map((text, i) => ({ colour: colours[i]!, text, n: many(i) })), unknown: many(-1), dots: !ground };
}

interface Scale { breaks: number[]; far: boolean; names: string[] }

/** Fixed fifths for shares and fixed times, so that two maps can be compared; fifths of the features for the rest. */
function scale(all: readonly Feature<Geometry, Props>[], by: string): Scale {
  if (SHARES.includes(by)) return { breaks: [0.2, 0.4, 0.6, 0.8], far: false, names: CLASS_NAMES.map((text) => `${text}\u2009%`) };
  const unit = TIMES.includes(by) ? 's' : WAYS.includes(by) ? 'm' : '';
  const far = unit !== '';
  const breaks = unit === 's' ? TIME_BREAKS : unit === 'm' ? WAY_BREAKS : fifths(all.map((f) => f.properties?.[by]).filter((x): x is number => typeof x === 'number'));
  const say = (x: number) => inUnit(unit, x);
  return { breaks, far, names: [...breaks.map((b) => `≤ ${say(b)}`), ...(breaks.length ? [`> ${say(breaks.at(-1)!)}`] : [''])] };
}

/** Up to four borders that part numbers into fifths. */
export function fifths(all: readonly number[]): number[] {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
  if (!sorted.length) return [];
  return [...new Set([0.2, 0.4, 0.6, 0.8].map(at))].filter((b) => b < sorted.at(-1)!);
}

/** The class of a value among borders, the border in the lower one; -1 where it is not known. */
export function classIn(breaks: readonly number[], value: unknown): number {
  if (typeof value !== 'number') return -1;
  const i = breaks.findIndex((b) => value <= b);
  return i < 0 ? breaks.length : i;
}

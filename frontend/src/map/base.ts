import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Palette } from './palette';

/** Draft is what the layers of a style depend on. */
export interface Draft {
  palette: Palette;
  scale: number;
  locale: string;
}

export const FONT = ['Noto Sans SC'];
const ROAD_CLASSES = ['residential', 'unclassified', 'tertiary', 'secondary', 'primary', 'trunk', 'motorway'];

/** named is the name in the page's language, the other where it is missing. */
export function named(locale: string): ExpressionSpecification {
  return locale === 'en' ? ['coalesce', ['get', 'name_en'], ['get', 'name'], ''] : ['coalesce', ['get', 'name'], ''];
}

/** wide is a line width that grows with the zoom: px at zoom 8, 12 and 16. */
function wide(scale: number, at8: number, at12: number, at16: number): ExpressionSpecification {
  return ['interpolate', ['exponential', 1.4], ['zoom'], 8, at8 * scale, 12, at12 * scale, 16, at16 * scale];
}

const isClass = (...classes: string[]): ExpressionSpecification => ['in', ['get', 'class'], ['literal', classes]];

function ground({ palette: p, scale }: Draft): LayerSpecification[] {
  const base = { source: 'base' } as const;
  return [
    { id: 'bg', type: 'background', paint: { 'background-color': p.outside } },
    { id: 'land', type: 'fill', ...base, 'source-layer': 'land', paint: { 'fill-color': ['match', ['get', 'kind'], 'outside', p.outside, p.land] } },
    { id: 'sea', type: 'fill', ...base, 'source-layer': 'sea', paint: { 'fill-color': p.sea } },
    { id: 'water', type: 'fill', ...base, 'source-layer': 'water', paint: { 'fill-color': p.water } },
    { id: 'river', type: 'line', ...base, 'source-layer': 'river', layout: { 'line-cap': 'round' }, paint: { 'line-color': p.river, 'line-width': wide(scale, 0.8, 2.2, 5) } },
    { id: 'coast', type: 'line', ...base, 'source-layer': 'coast', paint: { 'line-color': p.coast, 'line-width': wide(scale, 1, 1.4, 2) } },
    { id: 'county', type: 'line', ...base, 'source-layer': 'county', paint: { 'line-color': p.line, 'line-width': 1.2 * scale, 'line-dasharray': [4, 2] } },
  ];
}

function roads({ palette: p, scale }: Draft): LayerSpecification[] {
  const road = { type: 'line', source: 'base', 'source-layer': 'road', layout: { 'line-cap': 'round', 'line-join': 'round' } } as const;
  const order: ExpressionSpecification = ['match', ['get', 'class'], ...ROAD_CLASSES.flatMap((c, i) => [c, i]), 0] as unknown as ExpressionSpecification;
  return [
    { id: 'rail', type: 'line', source: 'base', 'source-layer': 'rail', minzoom: 8, paint: { 'line-color': p.rail, 'line-width': wide(scale, 0.7, 1.4, 2.5), 'line-dasharray': [5, 3] } },
    { id: 'road-minor', ...road, minzoom: 9.5, filter: isClass('tertiary', 'unclassified', 'residential', 'link'), paint: { 'line-color': p.minor, 'line-width': wide(scale, 0.5, 1.4, 6) } },
    { id: 'road-casing', ...road, minzoom: 10, filter: isClass('motorway', 'trunk', 'primary', 'secondary'), paint: { 'line-color': p.casing, 'line-width': wide(scale, 1.6, 5, 14) } },
    { id: 'road-main', ...road, layout: { ...road.layout, 'line-sort-key': order }, filter: isClass('primary', 'secondary'), paint: { 'line-color': p.road, 'line-opacity': 0.85, 'line-width': wide(scale, 0.7, 2.4, 10) } },
    { id: 'road-fast', ...road, filter: isClass('motorway', 'trunk'), paint: { 'line-color': p.road, 'line-width': wide(scale, 1.5, 3.4, 12) } },
  ];
}

/** labels are the words of the base map; they lie above areas and below facilities. */
function labels({ palette: p, scale, locale }: Draft): LayerSpecification[] {
  const text = { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.8 * scale } as const;
  const name = named(locale);
  const rank: ExpressionSpecification = ['coalesce', ['get', 'rank'], 4];
  return [
    { id: 'road-name', type: 'symbol', source: 'base', 'source-layer': 'road', minzoom: 11.5, filter: isClass('motorway', 'trunk', 'primary', 'secondary'),
      layout: { 'symbol-placement': 'line', 'symbol-spacing': 500, 'text-field': ['coalesce', ['get', 'ref'], name], 'text-font': FONT, 'text-size': 11 * scale },
      paint: { ...text, 'text-color': p.faint, 'text-halo-width': 1.5 * scale } },
    { id: 'poi-name', type: 'symbol', source: 'base', 'source-layer': 'poi', minzoom: 11,
      layout: { 'text-field': name, 'text-font': FONT, 'text-size': 11 * scale, 'text-max-width': 8 },
      paint: { ...text, 'text-color': p.faint, 'text-halo-width': 1.4 * scale } },
    { id: 'place-name', type: 'symbol', source: 'base', 'source-layer': 'place',
      filter: ['<=', rank, ['step', ['zoom'], 1, 7, 2, 10, 3, 11.5, 9]],
      layout: { 'text-field': name, 'text-font': FONT, 'text-letter-spacing': 0.06, 'text-max-width': 8, 'symbol-sort-key': rank,
        'text-variable-anchor': ['center', 'bottom', 'top', 'left', 'right'], 'text-radial-offset': 0.9, 'text-justify': 'auto',
        'text-size': ['interpolate', ['linear'], ['zoom'], 8, ['*', scale, ['match', rank, 1, 16, 2, 14, 3, 12, 11]], 13, ['*', scale, ['match', rank, 1, 21, 2, 18, 3, 15, 13]]] },
      paint: text },
  ];
}

/** baseLayers is the base map from below, in three parts that other layers go between. */
export function baseLayers(draft: Draft): { ground: LayerSpecification[]; roads: LayerSpecification[]; labels: LayerSpecification[] } {
  return { ground: ground(draft), roads: roads(draft), labels: labels(draft) };
}

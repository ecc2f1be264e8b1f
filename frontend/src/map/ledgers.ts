import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { LedgerCode } from '../api/types';
import { FONT, named, type Draft } from './base';
import { SEQUENCE, ZONES } from './palette';

/** TILED are the ledgers drawn from tiles, from below. */
export const TILED = ['cell', 'division', 'risk_zone', 'camera', 'hazard', 'team', 'depot', 'shelter'] as const satisfies readonly LedgerCode[];
export type Tiled = (typeof TILED)[number];

/** PEOPLE are the upper bounds of the classes of people on a cell of 500 m. */
export const PEOPLE = [50, 200, 800, 2500] as const;

const stale: ExpressionSpecification = ['case', ['boolean', ['get', 'stale'], false], '1', '0'];
const tenths = (x: ExpressionSpecification): ExpressionSpecification => ['to-string', ['/', ['round', ['*', 10, x]], 10]];
const fill: ExpressionSpecification = ['case', ['has', 'fill'], ['to-string', ['/', ['round', ['*', 20, ['get', 'fill']]], 20]], ''];
const crowded: ExpressionSpecification = ['/', ['get', 'occupancy'], ['get', 'capacity']];
const share: ExpressionSpecification = ['case', ['>', ['coalesce', ['get', 'capacity'], 0], 0], ['case', ['>', crowded, 1], '1.1', tenths(crowded)], ''];

const ICONS: Record<string, ExpressionSpecification> = {
  shelter: ['concat', 'shelter|', share, '|', ['get', 'state'], '|', stale],
  depot: ['concat', 'depot|', fill, '|', stale],
  team: ['concat', 'team|', ['get', 'readiness'], '|', ['case', ['boolean', ['get', 'joint'], false], '1', '0'], '|', stale],
  hazard: ['concat', 'hazard|', ['get', 'kind'], '|', ['to-string', ['get', 'level']], '|', stale],
  camera: ['concat', 'camera|', ['get', 'state'], '|', stale],
};

/** TEXT_FROM is the zoom from which a ledger's names are written. */
const TEXT_FROM: Record<string, number> = { shelter: 12, depot: 10.5, team: 12, hazard: 12.5, camera: 13.5 };

function points(ledger: Tiled, { palette: p, scale, locale }: Draft): LayerSpecification[] {
  const size: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 8, 0.42, 10.5, 0.62, 13, 1];
  return [
    { id: ledger, type: 'symbol', source: ledger, 'source-layer': ledger,
      layout: { 'icon-image': ICONS[ledger]!, 'icon-size': size, 'icon-allow-overlap': true, 'icon-ignore-placement': true } },
    { id: `${ledger}-name`, type: 'symbol', source: ledger, 'source-layer': ledger, minzoom: TEXT_FROM[ledger]!,
      layout: { 'text-field': named(locale), 'text-font': FONT, 'text-size': 11 * scale, 'text-anchor': 'top', 'text-offset': [0, 1.3], 'text-max-width': 9 },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.5 * scale } },
  ];
}

function cells(): LayerSpecification[] {
  const steps = PEOPLE.flatMap((most, i) => [most, SEQUENCE[i + 1]!]);
  const colour = ['step', ['get', 'people'], SEQUENCE[0], ...steps] as unknown as ExpressionSpecification;
  return [{ id: 'cell', type: 'fill', source: 'cell', 'source-layer': 'cell', filter: ['>', ['get', 'people'], 0], paint: { 'fill-color': colour, 'fill-opacity': 0.6, 'fill-antialias': false } }];
}

function divisions({ palette: p, scale }: Draft): LayerSpecification[] {
  const from = { source: 'division', 'source-layer': 'division' } as const;
  return [
    // drawn with nothing to be seen, so that a click inside a division finds it
    { id: 'division', type: 'fill', ...from, paint: { 'fill-color': p.land, 'fill-opacity': 0 } },
    { id: 'division-line', type: 'line', ...from, minzoom: 9, filter: ['==', ['get', 'level'], 'township'], paint: { 'line-color': p.township, 'line-width': scale } },
  ];
}

function zones({ palette: p, scale }: Draft): LayerSpecification[] {
  const from = { source: 'risk_zone', 'source-layer': 'risk_zone' } as const;
  const pairs = Object.entries(ZONES);
  const pattern = ['match', ['get', 'kind'], ...pairs.flatMap(([kind, c]) => [kind, `hatch|${c.slice(1)}`]), 'hatch|8B9096'] as unknown as ExpressionSpecification;
  const colour = ['match', ['get', 'kind'], ...pairs.flat(), '#8B9096'] as unknown as ExpressionSpecification;
  return [
    { id: 'risk_zone', type: 'fill', ...from, paint: { 'fill-pattern': pattern, 'fill-opacity': p.zone } },
    { id: 'risk_zone-line', type: 'line', ...from, paint: { 'line-color': colour, 'line-width': 1.6 * scale, 'line-dasharray': [3, 1.5] } },
  ];
}

/** ledgerLayers are the map layers of one ledger. */
export function ledgerLayers(ledger: Tiled, draft: Draft): LayerSpecification[] {
  if (ledger === 'cell') return cells();
  if (ledger === 'division') return divisions(draft);
  if (ledger === 'risk_zone') return zones(draft);
  return points(ledger, draft);
}

import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import { baseLayers, type Draft } from './base';
import { ledgerLayers, TILED, type Tiled } from './ledgers';

/** Under names the places other layers are put below; each is an empty layer of the style. */
export const SLOTS = ['under-places', 'under-facilities', 'under-units', 'top'] as const;
export type Slot = (typeof SLOTS)[number];

const AREAS: readonly Tiled[] = ['cell', 'division', 'risk_zone'];
const MAXZOOM: Partial<Record<Tiled, number>> = { cell: 13 };

const slot = (id: Slot): LayerSpecification => ({ id, type: 'background', layout: { visibility: 'none' } });

/** allLayers is the whole map from below: ground, areas, roads, labels of places, facilities; units, incidents and drawings go above. */
export function allLayers(draft: Draft): LayerSpecification[] {
  const base = baseLayers(draft);
  const facilities = TILED.filter((l) => !AREAS.includes(l));
  return [
    ...base.ground,
    ...AREAS.flatMap((l) => ledgerLayers(l, draft)),
    ...base.roads,
    slot('under-places'),
    ...base.labels,
    slot('under-facilities'),
    ...facilities.flatMap((l) => ledgerLayers(l, draft)),
    slot('under-units'),
    slot('top'),
  ];
}

function tiles(layer: string, maxzoom: number): SourceSpecification {
  return { type: 'vector', tiles: [`${location.origin}/tiles/${layer}/{z}/{x}/{y}.mvt`], minzoom: layer === 'cell' ? 9 : 0, maxzoom };
}

/** mapStyle is a style without glyphs and without sprite; text comes from the font files of the page. */
export function mapStyle(draft: Draft, faces: unknown, hidden: ReadonlySet<string>): StyleSpecification {
  const sources: Record<string, SourceSpecification> = { base: tiles('base', 14) };
  for (const ledger of TILED) sources[ledger] = tiles(ledger, MAXZOOM[ledger] ?? 14);
  const layers = allLayers(draft).map((layer) => {
    const source = 'source' in layer ? (layer.source as string) : '';
    return hidden.has(source) ? ({ ...layer, layout: { ...layer.layout, visibility: 'none' } } as LayerSpecification) : layer;
  });
  return { version: 8, 'font-faces': faces, sources, layers } as StyleSpecification;
}

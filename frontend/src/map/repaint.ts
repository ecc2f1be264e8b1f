import type { Map as MapLibre } from 'maplibre-gl';
import type { Draft } from './base';
import { allLayers } from './style';

// setPaintProperty as the style specification means it: any property of any layer
type Change = (layer: string, name: string, value: unknown) => void;

const LABELS = ['unit-labels', 'incident', 'closure-sign'];

/** repaint brings another theme or language to the layers as they stand, without reloading anything. */
export function repaint(map: MapLibre, draft: Draft): void {
  const paint = map.setPaintProperty.bind(map) as Change;
  const lay = map.setLayoutProperty.bind(map) as Change;
  for (const layer of allLayers(draft)) {
    if (!map.getLayer(layer.id)) continue;
    for (const [name, value] of Object.entries(layer.paint ?? {})) paint(layer.id, name, value);
    const words = (layer.layout as Record<string, unknown> | undefined)?.['text-field'];
    if (words !== undefined) lay(layer.id, 'text-field', words);
  }
  for (const id of LABELS) {
    if (!map.getLayer(id)) continue;
    paint(id, 'text-color', draft.palette.text);
    paint(id, 'text-halo-color', draft.palette.halo);
  }
}

import type { Map as MapLibre } from 'maplibre-gl';
import type { Feature } from 'geojson';

export type DrawMode = 'polygon' | 'linestring' | 'point' | 'select';

/** Drawing lets a person draw on the map. */
export interface Drawing {
  start(mode: DrawMode): void;
  stop(): void;
  clear(): void;
  features(): Feature[];
  onChange(hear: () => void): void;
}

/** startDrawing loads the drawing tools and puts them on a map. */
export async function startDrawing(map: MapLibre): Promise<Drawing> {
  const [tools, { TerraDrawMapLibreGLAdapter }] = await Promise.all([import('terra-draw'), import('terra-draw-maplibre-gl-adapter')]);
  const edit = { draggable: true, coordinates: { draggable: true, midpoints: true, deletable: true } };
  const flags = Object.fromEntries(['polygon', 'linestring', 'point'].map((mode) => [mode, { feature: edit }]));
  const draw = new tools.TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map }),
    modes: [new tools.TerraDrawPolygonMode(), new tools.TerraDrawLineStringMode(), new tools.TerraDrawPointMode(), new tools.TerraDrawSelectMode({ flags })],
  });
  return {
    start(mode) {
      if (!draw.enabled) draw.start();
      draw.setMode(mode);
    },
    stop: () => draw.enabled && draw.stop(),
    clear: () => draw.enabled && draw.clear(),
    features: () => (draw.enabled ? (draw.getSnapshot() as Feature[]) : []),
    onChange: (hear) => draw.on('change', hear),
  };
}

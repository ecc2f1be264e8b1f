import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { Slot } from './style';

/** OverlayLayer is how an overlay's features are drawn; under says below what, by default nothing. */
export type OverlayLayer = { type: 'fill' | 'line' | 'circle' | 'symbol'; paint?: object; layout?: object; filter?: unknown; minzoom?: number; under?: 'places' | 'facilities' | 'units' | 'top' };

const SLOT_OF: Record<NonNullable<OverlayLayer['under']>, Slot> = { places: 'under-places', facilities: 'under-facilities', units: 'under-units', top: 'top' };

/** Overlays are further sources of the map by name: gaps, lines, candidates. */
export class Overlays {
  private layers = new Map<string, string[]>();
  private readonly map: MapLibre;

  constructor(map: MapLibre) {
    this.map = map;
  }

  /** set shows features under a name, or changes their data when the name is known; its layers are made once. */
  set(name: string, data: FeatureCollection, layers: readonly OverlayLayer[]): void {
    const id = `overlay-${name}`;
    const known = this.map.getSource<GeoJSONSource>(id);
    if (known) {
      known.setData(data);
      return;
    }
    this.map.addSource(id, { type: 'geojson', data });
    const made = layers.map(({ under, ...spec }, i) => {
      const layer = { ...spec, id: `${id}-${i}`, source: id } as LayerSpecification;
      this.map.addLayer(layer, SLOT_OF[under ?? 'top']);
      return layer.id;
    });
    this.layers.set(name, made);
  }

  remove(name: string): void {
    for (const layer of this.layers.get(name) ?? []) this.map.removeLayer(layer);
    if (this.layers.delete(name)) this.map.removeSource(`overlay-${name}`);
  }

  /** ids are the map layers of an overlay, for picking. */
  ids(name: string): readonly string[] {
    return this.layers.get(name) ?? [];
  }
}

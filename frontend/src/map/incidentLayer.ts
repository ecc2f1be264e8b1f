import type { Feature, Point } from 'geojson';
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { IncidentFeature, LonLat } from '../api/types';
import { FONT } from './base';
import type { Palette } from './palette';

/** anchor is the point an incident's symbol stands on: the point itself, or the middle of its box. */
export function anchor(geometry: { type: string; coordinates: unknown }): LonLat {
  const all: LonLat[] = [];
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] === 'number') all.push([c[0], c[1] as number]);
    else c.forEach(walk);
  };
  walk(geometry.coordinates);
  const [lons, lats] = [all.map((p) => p[0]), all.map((p) => p[1])];
  return [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2];
}

/** IncidentLayer shows incidents as diamonds with their numbers, above everything else. */
export class IncidentLayer {
  private readonly map: MapLibre;

  constructor(map: MapLibre, scale: number, palette: Palette) {
    this.map = map;
    map.addSource('incident', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    map.addLayer({
      id: 'incident', type: 'symbol', source: 'incident',
      layout: {
        'icon-image': ['concat', 'incident|', ['get', 'kind'], '|', ['to-string', ['get', 'priority']]],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 8, 0.8, 11, 1],
        'icon-allow-overlap': true, 'icon-ignore-placement': true, 'symbol-sort-key': ['-', 0, ['get', 'priority']], 'symbol-z-order': 'auto',
        'text-field': ['step', ['zoom'], '', 10, ['get', 'label']], 'text-font': FONT, 'text-size': 12 * scale, 'text-anchor': 'top', 'text-offset': [0, 1.9], 'text-optional': true,
      },
      paint: { 'text-color': palette.text, 'text-halo-color': palette.halo, 'text-halo-width': 2 * scale },
    }, 'top');
  }

  set(incidents: Iterable<IncidentFeature>): void {
    const features: Feature<Point>[] = [];
    for (const { id, geometry, properties: i } of incidents) {
      features.push({ type: 'Feature', properties: { id, kind: i.kind, priority: i.priority, label: i.title }, geometry: { type: 'Point', coordinates: anchor(geometry) } });
    }
    this.map.getSource<GeoJSONSource>('incident')?.setData({ type: 'FeatureCollection', features });
  }
}

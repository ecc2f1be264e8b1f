import type { Feature, Point } from 'geojson';
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { Fleet } from '../live/fleet';
import { leftS } from '../live/forces';
import { shownNow as serverNow } from '../ui/clock';
import { age, brief } from '../ui/format';
import { FONT } from './base';
import type { Palette } from './palette';

const FROM = 12; // units on their way, with the minutes they still need
const ALL_FROM = 12.5;
const MOST = 500;
const FRESH = 60_000; // ms up to which no age is written

/** UnitLabels writes the names of units in view from a zoom on, with the age of what is no longer live and the minutes until they arrive. */
export class UnitLabels {
  visible = true;
  private shown = false;
  private readonly map: MapLibre;
  private readonly fleet: Fleet;

  constructor(map: MapLibre, fleet: Fleet, scale: number, palette: Palette) {
    this.map = map;
    this.fleet = fleet;
    map.addSource('unit-labels', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    map.addLayer({
      id: 'unit-labels', type: 'symbol', source: 'unit-labels', minzoom: FROM,
      layout: { 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 11 * scale, 'text-anchor': 'top', 'text-offset': [0, 0.9], 'text-padding': 1 },
      paint: { 'text-color': palette.text, 'text-halo-color': palette.halo, 'text-halo-width': 1.6 * scale },
    }, 'top');
    map.on('moveend', () => this.update());
  }

  update(): void {
    const wanted = this.visible && this.map.getZoom() >= FROM;
    if (!wanted && !this.shown) return;
    this.shown = wanted;
    this.map.getSource<GeoJSONSource>('unit-labels')?.setData({ type: 'FeatureCollection', features: wanted ? this.features() : [] });
  }

  private features(): Feature<Point>[] {
    const { fleet } = this;
    const view = this.map.getBounds();
    const now = serverNow();
    const all = this.map.getZoom() >= ALL_FROM;
    const features: Feature<Point>[] = [];
    for (let i = 0; i < fleet.length && features.length < MOST; i++) {
      const unit = fleet.units[i];
      if (!unit || !view.contains([fleet.lon[i]!, fleet.lat[i]!])) continue;
      const left = leftS(unit.id, now);
      if (!all && left === undefined) continue;
      const old = fleet.at[i] ? now - fleet.at[i]! : 0;
      const text = (unit.call_sign || unit.name) + (left === undefined ? '' : ` ${brief(left)}`) + (old > FRESH ? ` ${age(old)}` : '');
      features.push({ type: 'Feature', properties: { text }, geometry: { type: 'Point', coordinates: [fleet.lon[i]!, fleet.lat[i]!] } });
    }
    return features;
  }
}

import type { FeatureCollection } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import type { LonLat } from '../api/types';
import { fleet, incidents, onUpdate } from '../live/live';
import type { Theme } from '../ui/settings';
import type { Draft } from './base';
import { HOME, MARGIN, type MapOptions } from './home';
import { startDrawing, type Drawing } from './draw';
import { FleetCells } from './fleetCells';
import { FleetLayer } from './fleetLayer';
import { IncidentLayer } from './incidentLayer';
import { Layers, type Group } from './layers';
import type { MissingTiles } from './missing';
import { Overlays, type OverlayLayer } from './overlay';
import { PALETTES } from './palette';
import { pickAt, pickPoint, type Pick } from './pick';
import { ClosureLayer } from './roadClosures';
import { repaint } from './repaint';
import { UnitLabels } from './unitLabels';
import { ViewLock } from './viewLock';

const LABEL_EVERY = 1000; // ms between writings of labels and counts
const UNIT_RADIUS = [9, 12] as const; // px, wall and field
const REACH = [14, 22] as const; // px a click may miss by
const ENDED = ['closed', 'duplicate', 'false_alarm', 'transferred', 'cancelled'];

/** OneMap is the map of a workspace with all that is drawn on it. */
export class OneMap {
  readonly map: MapLibre;
  readonly lock: ViewLock;
  readonly missing: MissingTiles;
  readonly layers: Layers;
  readonly fleet?: FleetLayer;
  readonly closures: ClosureLayer;
  private readonly overlays: Overlays;
  private readonly options: MapOptions;
  private draft: Draft;
  private pickers = new Set<(p: Pick | null) => void>();
  private pointing = 0;
  private ends: (() => void)[] = [];
  private drawing?: Promise<Drawing>;

  constructor(map: MapLibre, options: MapOptions, draft: Draft, shown: readonly Group[], missing: MissingTiles) {
    this.map = map;
    this.missing = missing;
    this.options = options;
    this.draft = draft;
    this.lock = new ViewLock(map);
    this.overlays = new Overlays(map);
    this.layers = new Layers(map, shown);
    this.closures = new ClosureLayer(map, options.scale, draft.palette);
    this.layers.effect('closure', (on) => this.closures.show(on));
    if (options.fleet) this.fleet = this.addFleet();
    if (options.incidents) this.addIncidents();
    this.showSelection(null);
    map.on('click', (e) => !e.defaultPrevented && !this.pointing && this.click(e.point));
    map.on('mousemove', (e) => !this.pointing && this.hover(e.point));
    const resize = new ResizeObserver(() => map.resize());
    resize.observe(map.getContainer());
    this.ends.push(() => resize.disconnect());
  }

  private addFleet(): FleetLayer {
    const { map, options } = this;
    const touch = options.touch ? 1 : 0;
    const layer = new FleetLayer(fleet, [map.getCenter().lng, map.getCenter().lat], UNIT_RADIUS[touch] * options.scale);
    const cells = new FleetCells(map, fleet, options.scale);
    const labels = new UnitLabels(map, fleet, options.scale, this.draft.palette);
    map.addLayer(layer, 'top');
    // after a lost context MapLibre brings back its own layers, but drops ours
    const back = () => {
      try {
        if (map.getLayer('fleet')) map.removeLayer('fleet');
        map.addLayer(layer, 'top');
      } catch {
        map.once('styledata', back);
      }
    };
    map.on('webglcontextrestored', back);
    this.layers.effect('unit', (on) => {
      layer.visible = cells.visible = labels.visible = on;
      cells.update();
      labels.update();
      map.triggerRepaint();
    });
    let last = 0;
    const follow = onUpdate((due) => {
      if (!due.has('units') && (!due.has('beat') || Date.now() - last < LABEL_EVERY)) return;
      last = Date.now();
      cells.update();
      labels.update();
    });
    this.ends.push(follow);
    return layer;
  }

  private addIncidents(): void {
    const layer = new IncidentLayer(this.map, this.options.scale, this.draft.palette);
    const show = () => {
      const open = [...incidents.value.values()].filter((i) => !ENDED.includes(i.properties.state));
      layer.set(this.layers.shown('incident') ? open : []);
    };
    this.layers.effect('incident', show);
    this.ends.push(onUpdate((due) => due.has('incidents') && show()));
  }

  /** setTheme and setLocale repaint the base map; data stay. */
  setTheme(theme: Theme): void {
    this.draft = { ...this.draft, palette: PALETTES[theme] };
    repaint(this.map, this.draft);
  }

  setLocale(locale: string): void {
    this.draft = { ...this.draft, locale };
    repaint(this.map, this.draft);
  }

  setOverlay(name: string, data: FeatureCollection, layers: readonly OverlayLayer[]): void {
    this.overlays.set(name, data, layers);
  }

  removeOverlay(name: string): void {
    this.overlays.remove(name);
  }

  overlayIds(name: string): readonly string[] {
    return this.overlays.ids(name);
  }

  /** onPick hears what was clicked; null is empty ground. */
  onPick(hear: (p: Pick | null) => void): () => void {
    this.pickers.add(hear);
    return () => this.pickers.delete(hear);
  }

  /** pickPoint lets a person point at a place; clicks pick nothing else meanwhile. */
  async pickPoint(signal?: AbortSignal): Promise<LonLat | null> {
    this.pointing++;
    try {
      return await pickPoint(this.map, signal);
    } finally {
      setTimeout(() => this.pointing--);
    }
  }

  /** hold keeps clicks from picking anything until what it returns is called. */
  hold(): () => void {
    this.pointing++;
    let held = true;
    return () => {
      if (held) setTimeout(() => this.pointing--);
      held = false;
    };
  }

  flyTo(point: LonLat, zoom?: number): void {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.map.flyTo({ center: point, zoom: zoom ?? Math.max(this.map.getZoom(), 12), duration: still ? 0 : 700 });
  }

  /** home shows the whole city again, and lets the map follow. */
  home(): void {
    this.lock.resume();
    this.map.fitBounds(HOME.bounds, { padding: MARGIN, bearing: 0, pitch: 0, duration: 500 });
  }

  /** select rings a thing; units are ringed where they move. */
  select(kind: string, id: string, point: LonLat): void {
    this.fleet?.select(kind === 'unit' ? id : undefined);
    this.showSelection(kind === 'unit' ? null : point);
  }

  deselect(): void {
    this.fleet?.select(undefined);
    this.showSelection(null);
  }

  /** draw loads the drawing tools once. */
  draw(): Promise<Drawing> {
    this.drawing ??= startDrawing(this.map);
    return this.drawing;
  }

  destroy(): void {
    for (const end of this.ends.splice(0)) end();
    this.map.remove();
  }

  private showSelection(point: LonLat | null): void {
    const features = point ? [{ type: 'Feature' as const, properties: {}, geometry: { type: 'Point' as const, coordinates: point } }] : [];
    const radius = 24 * this.options.scale;
    this.setOverlay('selection', { type: 'FeatureCollection', features }, [
      { type: 'circle', paint: { 'circle-radius': radius, 'circle-opacity': 0, 'circle-stroke-color': '#0B0F14', 'circle-stroke-width': 5 } },
      { type: 'circle', paint: { 'circle-radius': radius, 'circle-opacity': 0, 'circle-stroke-color': '#FFFFFF', 'circle-stroke-width': 2.5 } },
    ]);
  }

  private at(point: { x: number; y: number }): Pick | null {
    return pickAt(this.map, fleet, this.fleet, point, REACH[this.options.touch ? 1 : 0]);
  }

  private click(point: { x: number; y: number }): void {
    const pick = this.at(point);
    for (const hear of this.pickers) hear(pick);
  }

  private hovering = 0;
  private hover(point: { x: number; y: number }): void {
    if (this.hovering) return;
    this.hovering = requestAnimationFrame(() => {
      this.hovering = 0;
      if (this.pointing || this.map.isMoving()) return;
      const pick = this.at(point);
      this.map.getCanvas().style.cursor = pick && !['division', 'cell'].includes(pick.kind) ? 'pointer' : '';
    });
  }
}

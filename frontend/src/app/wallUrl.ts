import type { LocationQuery, Router } from 'vue-router';
import type { OneMap } from '../map/createMap';
import { GROUPS, type Group } from '../map/layers';
import type { LonLat } from '../api/types';
import { moment } from '../live/live';
import { uiScale } from '../ui/settings';

/** View is what the address bar keeps of a workspace; zoom is that of a screen of scale 1. */
export interface View {
  centre?: LonLat;
  zoom?: number;
  layers?: Group[];
  incident?: string;
  /** then is the moment of the past (ms) that is shown; absent: now. */
  then?: number;
}

/** readView reads an address; what does not make sense is left out. */
export function readView(query: LocationQuery): View {
  const view: View = {};
  const [lon, lat, zoom] = String(query.at ?? '').split(',').map(Number);
  if (query.at && [lon, lat, zoom].every((n) => Number.isFinite(n))) {
    view.centre = [lon!, lat!];
    view.zoom = zoom;
  }
  if (typeof query.on === 'string') view.layers = query.on.split('.').filter((g): g is Group => (GROUPS as readonly string[]).includes(g));
  const then = typeof query.t === 'string' ? Date.parse(query.t) : NaN;
  if (!Number.isNaN(then)) view.then = then;
  if (typeof query.i === 'string' && /^[0-9a-f-]{36}$/.test(query.i)) view.incident = query.i;
  return view;
}

/** queryOf writes it. */
export function queryOf(view: View): Record<string, string> {
  const query: Record<string, string> = {};
  if (view.centre && view.zoom !== undefined) query.at = [view.centre[0].toFixed(4), view.centre[1].toFixed(4), view.zoom.toFixed(2)].join(',');
  if (view.layers) query.on = view.layers.join('.');
  if (view.incident) query.i = view.incident;
  if (view.then !== undefined) query.t = new Date(view.then).toISOString().replace('.000', '');
  return query;
}

const CALM = 400; // ms without a change before the address is written

/** keepView writes the address whenever map, layers or selection change, and returns how to ask for it and how to end it. */
export function keepView(map: OneMap, router: Router, incident: () => string | undefined, active: () => boolean): { write: () => void; end: () => void } {
  let due = 0;
  const write = () => {
    clearTimeout(due);
    due = window.setTimeout(() => {
      if (!active()) return;
      const { lng, lat } = map.map.getCenter();
      const query = queryOf({ centre: [lng, lat], zoom: map.map.getZoom() - Math.log2(uiScale()), layers: map.layers.list(), incident: incident(), then: moment.value });
      void router.replace({ query });
    }, CALM);
  };
  map.map.on('moveend', write);
  const off = map.layers.onChange(write);
  return { write, end: () => (clearTimeout(due), off()) };
}

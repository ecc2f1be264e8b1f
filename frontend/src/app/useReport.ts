import { ref, type ShallowRef } from 'vue';
import type { LonLat } from '../api/types';
import { may } from '../api/session';
import { call, locate, taking } from '../intake/call';
import type { OneMap } from '../map/createMap';

/** useReport takes a call, and lets a person show a place on the map: a click, or Enter for its middle. */
export function useReport(map: ShallowRef<OneMap | undefined>) {
  const pointing = ref(false);

  /** placeAt is the township under a point, as the map knows it. */
  function placeAt(point: LonLat): string {
    const m = map.value?.map;
    if (!m?.getLayer('division')) return '';
    const here = m.queryRenderedFeatures(m.project(point), { layers: ['division'] });
    const township = here.find((f) => f.properties.level === 'township') ?? here[0];
    return String(township?.properties.name ?? '');
  }

  function openAt(point: LonLat) {
    if (!may('incident.create')) return;
    locate(point, placeAt(point), call.place);
    taking.value = true;
  }

  /** point lets a person show a place on the map: a click, Enter for the middle of the map, Escape for none. */
  async function point(): Promise<LonLat | null> {
    const one = map.value;
    if (!one || pointing.value) return null;
    pointing.value = true;
    const middle = new AbortController();
    const enter = (e: KeyboardEvent) => {
      if (e.key !== 'Enter') return;
      e.preventDefault();
      middle.abort();
    };
    addEventListener('keydown', enter, true);
    const clicked = await one.pickPoint(middle.signal);
    removeEventListener('keydown', enter, true);
    pointing.value = false;
    const { lng, lat } = one.map.getCenter();
    return clicked ?? (middle.signal.aborted ? [lng, lat] : null);
  }

  /** middle is the middle of the map. */
  function middle(): LonLat | undefined {
    const centre = map.value?.map.getCenter();
    return centre && [centre.lng, centre.lat];
  }

  function begin() {
    if (may('incident.create') && !pointing.value) taking.value = true;
  }
  /** show puts the call aside until a place was shown on the map, or none. */
  async function show() {
    taking.value = false;
    const chosen = await point();
    if (chosen) openAt(chosen);
    else taking.value = true;
  }

  return { pointing, placeAt, middle, openAt, point, begin, show };
}

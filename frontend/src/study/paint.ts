import { watch, type Ref } from 'vue';
import type { OneMap } from '../map/createMap';
import { KINDS } from './inputs';
import { GAP, NO_DATA, RAMP } from '../ui/ramp';
import { BANDS, NO_ROAD } from './arrivals';
import { bounds, gapShapes, reachShapes, shareShapes, siteShapes, type Areas } from './shapes';
import type { Study } from './useStudy';
import { townshipsIn } from './variants';

const hatch = (colour: string): string => `hatch|${colour.slice(1)}`;
const halo = { 'text-color': '#FFFFFF', 'text-halo-color': '#0B0F14', 'text-halo-width': 2 };
const FONT = { 'text-font': ['Noto Sans SC'], 'text-size': 12 };

export interface Shown { shares: Ref<boolean>; gaps: Ref<boolean>; areas: Ref<Areas | undefined> }

/** Keeps the study's layers on the map as it changes: shares, gaps, candidates with their reach, and what is hovered. */
export function paint(map: OneMap, study: Study, shown: Shown): void {
  watch([study.result, study.byCell, shown.shares, shown.areas], () => paintShares(map, study, shown), { immediate: true });
  watch([study.arrivals, study.byCell], () => void paintArrivals(map, study), { immediate: true });
  watch([study.result, shown.gaps], () => paintGaps(map, study, shown.gaps.value), { immediate: true });
  watch([() => study.inputs.candidates.map((c) => c.join()).join(' '), () => study.inputs.basis, study.wanted], () => paintSites(map, study), { immediate: true });
  watch([study.hovered, shown.areas], () => paintHot(map, study, shown.areas.value), { immediate: true });
  watch(() => [...study.inputs.kinds], (kinds) => KINDS.forEach((k) => k !== 'unit' && map.layers.set(k, kinds.includes(k))), { immediate: true });
}

function paintShares(map: OneMap, study: Study, shown: Shown): void {
  const rows = study.result.value?.townships;
  if (!rows || !shown.areas.value || !shown.shares.value || study.byCell.value) return map.removeOverlay('study-shares');
  map.setOverlay('study-shares', shareShapes(shown.areas.value, rows), [
    { type: 'fill', under: 'places', filter: ['>=', ['get', 'class'], 0], paint: { 'fill-color': ['match', ['get', 'class'], 0, RAMP[0], 1, RAMP[1], 2, RAMP[2], 3, RAMP[3], RAMP[4]] } },
    { type: 'fill', under: 'places', filter: ['<', ['get', 'class'], 0], paint: { 'fill-pattern': hatch(NO_DATA) } },
    { type: 'line', under: 'places', paint: { 'line-color': '#0B0F14', 'line-width': 1, 'line-opacity': 0.7 } },
  ]);
}

/** Cells by the time to them, in bands; the shapes are made by code that only this needs. */
async function paintArrivals(map: OneMap, study: Study): Promise<void> {
  if (!study.byCell.value) return map.removeOverlay('study-arrivals');
  const now = study.arrivals.value;
  if (!now) return; // on their way; the old ones stay until then, and the legend says so
  const { arrivalShapes } = await import('./cellShapes');
  if (study.arrivals.value !== now) return;
  map.setOverlay('study-arrivals', arrivalShapes(now), [
    { type: 'fill', under: 'places', filter: ['>=', ['get', 'band'], 0], paint: { 'fill-antialias': false, 'fill-opacity': 0.85, 'fill-color': ['match', ['get', 'band'], ...BANDS.flatMap((b, i) => [i, b.colour]), NO_DATA] } },
    { type: 'fill', under: 'places', filter: ['==', ['get', 'band'], NO_ROAD], paint: { 'fill-antialias': false, 'fill-pattern': hatch(NO_DATA) } },
  ]);
}

function paintGaps(map: OneMap, study: Study, on: boolean): void {
  if (!on || !study.result.value) return map.removeOverlay('study-gaps');
  if (!study.result.value.gaps) return; // on their way; the old ones stay until then, and the legend says so
  map.setOverlay('study-gaps', gapShapes(study.result.value), [
    { type: 'fill', under: 'facilities', paint: { 'fill-pattern': hatch(GAP), 'fill-opacity': 0.38 } },
    { type: 'line', under: 'facilities', paint: { 'line-color': GAP, 'line-width': 1.5, 'line-dasharray': [3, 1.5] } },
    { type: 'symbol', under: 'facilities', filter: ['!=', ['get', 'say'], ''], layout: { ...FONT, 'text-field': ['get', 'say'], 'symbol-sort-key': ['-', 0, ['get', 'people']] }, paint: halo },
  ]);
}

function paintSites(map: OneMap, study: Study): void {
  const { candidates } = study.inputs;
  if (!candidates.length) {
    map.removeOverlay('study-reach');
    return map.removeOverlay('study-sites');
  }
  map.setOverlay('study-reach', reachShapes(study.inputs.basis === 'road' ? [] : candidates, study.wanted.value), [
    { type: 'line', under: 'facilities', paint: { 'line-color': '#0B0F14', 'line-width': 4, 'line-opacity': 0.6 } },
    { type: 'line', under: 'facilities', paint: { 'line-color': '#5AB8FF', 'line-width': 2, 'line-dasharray': [2, 1] } },
  ]);
  map.setOverlay('study-sites', siteShapes(candidates), [
    { type: 'circle', paint: { 'circle-radius': 11, 'circle-color': '#5AB8FF', 'circle-stroke-color': '#0B0F14', 'circle-stroke-width': 2 } },
    { type: 'symbol', layout: { ...FONT, 'text-field': ['get', 'say'], 'text-allow-overlap': true, 'text-ignore-placement': true }, paint: { 'text-color': '#06121C' } },
  ]);
}

function paintHot(map: OneMap, study: Study, areas: Areas | undefined): void {
  const hot = townshipsIn(study.result.value, study.hovered.value);
  const features = areas?.features.filter((f) => hot.has(f.properties.code)) ?? [];
  map.setOverlay('study-hot', { type: 'FeatureCollection', features }, [
    { type: 'line', under: 'facilities', paint: { 'line-color': '#0B0F14', 'line-width': 5 } },
    { type: 'line', under: 'facilities', paint: { 'line-color': '#FFD84D', 'line-width': 2.5 } },
  ]);
}

/** Shows a division whole. */
export function flyTo(map: OneMap, study: Study, code: string, areas: Areas | undefined): void {
  const inside = townshipsIn(study.result.value, code);
  const box = bounds(areas?.features.filter((f) => inside.has(f.properties.code)) ?? []);
  if (box) map.map.fitBounds(box, { padding: 60, maxZoom: 13, duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 260 });
}

import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { LedgerCode } from '../api/types';
import type { Draft } from './base';
import { HOME, MARGIN, type MapOptions } from './home';
import { GROUPS, type Group } from './layers';
import { MissingTiles } from './missing';
import { OneMap } from './oneMap';
import { PALETTES } from './palette';
import { mapStyle } from './style';
import { drawImages } from './images';

export { HOME, type MapOptions, type OneMap };

setWorkerUrl(workerUrl);

const LOADING = 30_000; // ms a style may take; then the map is used as it is

let faces: Promise<unknown> | undefined;
function fontFaces(): Promise<unknown> {
  faces ??= fetch('/font-faces.json').then((r) => (r.ok ? r.json() : Promise.reject(new Error(`font faces: ${r.status}`))));
  return faces;
}

/** createMap makes the one map of a workspace inside an element. It rejects when there is no WebGL. */
export async function createMap(el: HTMLElement, o: MapOptions): Promise<OneMap> {
  const draft: Draft = { palette: PALETTES[o.theme], scale: o.scale, locale: o.locale ?? document.documentElement.lang };
  const shown = GROUPS.filter((g) => (g === 'incident' ? o.incidents : g === 'unit' ? o.fleet : o.ledgers?.includes(g as LedgerCode)));
  const hidden = new Set<string>(GROUPS.filter((g: Group) => !shown.includes(g)));
  const fonts = await fontFaces().catch(() => ({}));
  const map = new MapLibre({
    container: el,
    style: mapStyle(draft, fonts, hidden),
    ...(o.centre ? { center: o.centre, zoom: o.zoom ?? 12 } : { bounds: HOME.bounds, fitBoundsOptions: { padding: MARGIN } }),
    attributionControl: false,
    localIdeographFontFamily: false,
    fadeDuration: 0,
    pitchWithRotate: false,
    maxPitch: 60,
    minZoom: 7.5,
    maxZoom: 19,
    renderWorldCopies: false,
  });
  const missing = new MissingTiles(map);
  drawImages(map, o.scale, o.touch ?? false);
  await new Promise<void>((ready) => {
    const limit = setTimeout(ready, LOADING);
    map.once('style.load', () => {
      clearTimeout(limit);
      ready();
    });
  });
  return new OneMap(map, o, draft, shown, missing);
}

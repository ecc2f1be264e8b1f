import type { OneMap } from '../map/createMap';
import type { Layer } from './kinds';
import type { Drawn } from './layers';

/** What stands on the map of a result. */
export interface Shown { layer: Layer; look: Drawn }
/** A PNG in a data address, empty when there is none, with the layers on it and how long some way is on it. */
export interface MapPicture { src: string; shown: readonly Shown[]; bar?: { metres: number; share: number } }

const PATIENCE = 5000; // ms a frame may take
const BARS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]; // m
const WIDEST = 0.25; // of the picture
let map: OneMap | undefined, layers: () => readonly Shown[] = () => [];

/** useForPicture names the map that reports show and what stands on it; call what it returns when the map goes. */
export function useForPicture(one: OneMap, shown: () => readonly Shown[]): () => void {
  map = one;
  layers = shown;
  return () => {
    if (map === one) map = undefined;
  };
}

/** pictureOfMap is the map as it stands. It is taken inside a frame, while the drawing is still there. */
export async function pictureOfMap(): Promise<MapPicture> {
  const gl = map?.map;
  if (!gl) return { src: '', shown: [] };
  const src = await new Promise<string>((done) => {
    const late = setTimeout(() => done(''), PATIENCE);
    gl.once('render', () => {
      clearTimeout(late);
      done(gl.getCanvas().toDataURL('image/png'));
    });
    gl.triggerRepaint();
  });
  const { clientWidth: width, clientHeight: height } = gl.getCanvas();
  const across = gl.unproject([0, height / 2]).distanceTo(gl.unproject([width, height / 2]));
  const metres = BARS.findLast((m) => m <= across * WIDEST);
  return { src, shown: layers(), ...(metres ? { bar: { metres, share: metres / across } } : {}) };
}

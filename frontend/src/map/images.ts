import type { Map as MapLibre } from 'maplibre-gl';
import { closureSymbol } from './roadSigns';
import { hatch, raster, type Shape } from './shape';
import { cameraSymbol, depotSymbol, hazardSymbol, incidentSymbol, shelterSymbol, teamSymbol } from './symbols';

const SIZE: Record<string, [wall: number, field: number]> = {
  incident: [36, 44], shelter: [28, 34], depot: [28, 34], team: [26, 32], hazard: [28, 34], camera: [22, 28], closure: [30, 36],
};
const SHARP = 2; // pixels a CSS pixel, for high-density screens

/** symbolOf draws the symbol an image name asks for, such as shelter|0.4|open|0; undefined when it is none of ours. */
export function symbolOf(name: string): Shape[] | undefined {
  const [what, a = '', b = '', c = ''] = name.split('|');
  switch (what) {
    case 'incident':
      return incidentSymbol(a, Number(b));
    case 'shelter':
      return shelterSymbol(a === '' ? undefined : Number(a), b, c === '1');
    case 'depot':
      return depotSymbol(a === '' ? undefined : Number(a), b === '1');
    case 'team':
      return teamSymbol(a, b === '1', c === '1');
    case 'hazard':
      return hazardSymbol(a, Number(b), c === '1');
    case 'camera':
      return cameraSymbol(a, b === '1');
    case 'closure':
      return closureSymbol(a, b, c[0] === '1', c[1] === '1');
  }
  return undefined;
}

/** drawImages lets the map draw each symbol and each hatch (hatch|RRGGBB) the first time its style names it. */
export function drawImages(map: MapLibre, scale: number, touch: boolean): void {
  map.setMissingStyleImageResolver((id) => {
    const [what, colour] = id.split('|');
    if (what === 'hatch') {
      map.addImage(id, hatch(`#${colour}`, scale * SHARP), { pixelRatio: SHARP });
      return;
    }
    const shapes = symbolOf(id);
    const size = SIZE[what!]?.[touch ? 1 : 0];
    if (!shapes || !size) return;
    map.addImage(id, raster(shapes, Math.round(size * scale * SHARP)), { pixelRatio: SHARP });
  });
}

import type { Feature, LineString, Point } from 'geojson';
import type { OneMap } from '../map/createMap';
import { apart } from './apart';
import type { Features } from './layers';

/** How large a numbered badge is at a zoom, in pixels across with its border; layers.ts draws it so. */
const across = (zoom: number): number => 19 + 12 * Math.min(1, Math.max(0, (zoom - 8) / 3));
const NEAR = 2; // px that a badge may stand off its place without a line to it

/** badges gives every site a badge that no other covers at the scale of a map; one that had to move has a line to a dot where it is. */
export function badges({ map }: OneMap, sites: Features): Features {
  const all = sites.features.filter((f): f is Feature<Point, Record<string, unknown>> => f.geometry?.type === 'Point');
  const at = all.map((f) => map.project(f.geometry.coordinates as [number, number]));
  const moved = apart(at, across(map.getZoom()));
  const features = all.flatMap((f, i): Features['features'] => {
    const from = at[i]!, to = moved[i]!;
    if (Math.hypot(to.x - from.x, to.y - from.y) < NEAR) return [{ ...f, properties: { ...f.properties, part: 'badge' } }];
    const { lng, lat } = map.unproject([to.x, to.y]);
    const line: LineString = { type: 'LineString', coordinates: [f.geometry.coordinates, [lng, lat]] };
    return [
      { ...f, geometry: line, properties: { ...f.properties, part: 'line' } },
      { ...f, properties: { ...f.properties, part: 'dot' } },
      { ...f, geometry: { type: 'Point', coordinates: [lng, lat] }, properties: { ...f.properties, part: 'badge' } },
    ];
  });
  return { type: 'FeatureCollection', features };
}

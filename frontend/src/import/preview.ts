import type { FeatureCollection, Point } from 'geojson';
import type { OneMap } from '../map/createMap';
import type { Diff, DiffRow } from './job';

const NAME = 'import-rows';
const PAD = 60, CLOSEST = 14;
const CASE = '--casing';
/** The colours of rows on the map, by what the import does with them. */
export const COLOURS = { new: '--st-avail', changed: '--st-scene' } as const;

const colour = (token: string): string => getComputedStyle(document.documentElement).getPropertyValue(token).trim();
export const pointOf = (row: DiffRow): [number, number] | undefined => (row.point as { coordinates?: [number, number] } | undefined)?.coordinates;

/** featuresOf are the rows that come in as points, each with what happens to it. */
export function featuresOf(diff: Diff): FeatureCollection<Point> {
  const of = (rows: readonly DiffRow[], kind: keyof typeof COLOURS) =>
    rows.flatMap((row) => {
      const coordinates = pointOf(row);
      return coordinates ? [{ type: 'Feature' as const, properties: { kind, name: row.name }, geometry: { type: 'Point' as const, coordinates } }] : [];
    });
  return { type: 'FeatureCollection', features: [...of(diff.changed_rows, 'changed'), ...of(diff.new_rows, 'new')] };
}

/** paint shows a comparison on the map and brings it into view; without one nothing is shown. */
export function paint(map: OneMap, diff: Diff | undefined): void {
  const data = diff ? featuresOf(diff) : { type: 'FeatureCollection' as const, features: [] };
  const fill = ['match', ['get', 'kind'], 'changed', colour(COLOURS.changed), colour(COLOURS.new)];
  map.setOverlay(NAME, data, [
    { type: 'circle', paint: { 'circle-radius': 6, 'circle-color': fill, 'circle-stroke-color': colour(CASE), 'circle-stroke-width': 1.5 } },
    { type: 'symbol', minzoom: 11, layout: { 'text-field': ['get', 'name'], 'text-font': ['Noto Sans SC'], 'text-size': 12, 'text-offset': [0, 1], 'text-anchor': 'top' }, paint: { 'text-color': colour('--al-1-on'), 'text-halo-color': colour(CASE), 'text-halo-width': 2 } },
  ]);
  const at = data.features.map((f) => f.geometry.coordinates);
  if (!at.length) return;
  const lons = at.map((p) => p[0]!), lats = at.map((p) => p[1]!);
  map.map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: PAD, maxZoom: CLOSEST, duration: 0 });
}

/** lookAt goes to a row and rings it. */
export function lookAt(map: OneMap, row: DiffRow): void {
  const at = pointOf(row);
  if (!at) return map.deselect();
  map.select('import', row.code, at);
  map.flyTo(at, CLOSEST);
}

import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon, Position } from 'geojson';
import type { LonLat } from '../api/types';
import { count } from '../ui/format';
import { classOf } from '../ui/ramp';
import type { Result, Row } from './variants';

export type Areas = FeatureCollection<Polygon | MultiPolygon, { code: string; name: string }>;

const collection = (features: Feature<Geometry, Record<string, unknown>>[]): FeatureCollection<Geometry, Record<string, unknown>> => ({ type: 'FeatureCollection', features });

/** Townships with the class of their share; a township outside of the result is left out, one without a figure has class -1. */
export function shareShapes(areas: Areas, rows: readonly Row[]) {
  const known = new Map(rows.map((r) => [r.division, r]));
  return collection(
    areas.features.flatMap((f) => {
      const row = known.get(f.properties.code);
      return row ? [{ ...f, properties: { code: row.division, name: row.name, class: classOf(row.people_share) ?? -1 } }] : [];
    }),
  );
}

/** Gaps with the number of their people in words; empty when none were asked for. */
export function gapShapes(result: Result | undefined) {
  const gaps = result?.gaps as FeatureCollection<Geometry, { people?: number }> | undefined;
  return collection((gaps?.features ?? []).map((f) => ({ ...f, properties: { ...f.properties, say: (f.properties.people ?? 0) > 0 ? count(f.properties.people) : '' } })));
}

export function siteShapes(candidates: readonly LonLat[]) {
  return collection(candidates.map((coordinates, i) => ({ type: 'Feature', id: i, properties: { i, say: String(i + 1) }, geometry: { type: 'Point', coordinates } })));
}

/** The discs that candidates would reach, as polygons of 64 corners. */
export function reachShapes(candidates: readonly LonLat[], metres: number) {
  return collection(candidates.map((c) => ({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [disc(c, metres)] } })));
}

const R = 6_371_008.8, rad = Math.PI / 180;

/** Great-circle disc, closed, counter-clockwise. */
export function disc([lon, lat]: LonLat, metres: number): Position[] {
  const d = metres / R, sin = Math.sin(lat * rad), cos = Math.cos(lat * rad);
  return Array.from({ length: 65 }, (_, i) => {
    const a = (-(i % 64) / 64) * 2 * Math.PI;
    const y = Math.asin(sin * Math.cos(d) + cos * Math.sin(d) * Math.cos(a));
    return [lon + Math.atan2(Math.sin(a) * Math.sin(d) * cos, Math.cos(d) - sin * Math.sin(y)) / rad, y / rad];
  });
}

/** West, south, east, north of areas; undefined when there are none. */
export function bounds(areas: readonly Feature<Polygon | MultiPolygon>[]): [number, number, number, number] | undefined {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { geometry } of areas) {
    const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
    for (const [x, y] of rings.flat() as [number, number][]) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box[0] <= box[2] ? box : undefined;
}

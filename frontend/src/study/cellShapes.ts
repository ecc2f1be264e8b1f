import type { Feature, FeatureCollection, MultiPolygon, Position } from 'geojson';
import type { components } from '../api/schema';
import { bandOf } from './arrivals';

type Arrivals = components['schemas']['CoverageArrivals'];

const SIDE = 0.0045; // degrees of latitude: 500 m, the cell of the city, for a grid of one row
const ON = 1e-5; // degrees that centres of one row may differ by

interface Strip { band: number; west: number; east: number; lat: number }

/** Height of a row in degrees: the least step between the latitudes of the centres. */
export function rowHeight(lat: readonly number[]): number {
  const rows = [...lat].sort((a, b) => a - b);
  let least = SIDE;
  for (let i = 1; i < rows.length; i++) {
    const step = rows[i]! - rows[i - 1]!;
    if (step > ON && step < least) least = step;
  }
  return least;
}

/**
 * The cells as squares, coloured by band: one feature a band, and neighbours in a row that have the same joined,
 * so that 31,000 cells are some thousand pieces to the map.
 */
export function arrivalShapes(a: Arrivals): FeatureCollection<MultiPolygon, { band: number }> {
  const height = rowHeight(a.lat);
  const bands = new Map<number, Position[][][]>();
  for (const s of strips(a, height)) {
    const [south, north] = [s.lat - height / 2, s.lat + height / 2];
    const ring = [[s.west, south], [s.east, south], [s.east, north], [s.west, north], [s.west, south]];
    const list = bands.get(s.band);
    if (list) list.push([ring]);
    else bands.set(s.band, [[ring]]);
  }
  const features = [...bands].sort(([x], [y]) => x - y).map(
    ([band, coordinates]): Feature<MultiPolygon, { band: number }> => ({ type: 'Feature', properties: { band }, geometry: { type: 'MultiPolygon', coordinates } }),
  );
  return { type: 'FeatureCollection', features };
}

function strips({ lon, lat, travel_s }: Arrivals, height: number): Strip[] {
  const row = (i: number) => Math.round(lat[i]! / (height / 2));
  const order = lon.map((_, i) => i).sort((i, j) => row(i) - row(j) || lon[i]! - lon[j]!);
  const out: Strip[] = [];
  let last: Strip | undefined;
  for (const i of order) {
    const half = height / 2 / Math.cos((lat[i]! * Math.PI) / 180);
    const band = bandOf(travel_s[i]), west = lon[i]! - half, east = lon[i]! + half;
    if (last && last.band === band && Math.abs(last.lat - lat[i]!) <= ON && Math.abs(west - last.east) < half / 4) last.east = east;
    else out.push((last = { band, west, east, lat: lat[i]! }));
  }
  return out;
}

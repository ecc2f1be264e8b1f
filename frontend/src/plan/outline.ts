import type { Position } from 'geojson';
import type { Features } from './layers';

export interface Outlines { width: number; height: number; paths: { division: string; name: string; d: string }[] }

const WIDTH = 300; // units of the drawing

/** outlines draws areas as paths of a small map, north up, each degree as long as it is in the middle of them. */
export function outlines(areas: Features): Outlines {
  const all = areas.features.map((f) => ({ division: String(f.properties.code), name: String(f.properties.name ?? ''), rings: ringsOf(f.geometry) })).filter((a) => a.rings.length);
  const points = all.flatMap((a) => a.rings.flat());
  if (!points.length) return { width: 0, height: 0, paths: [] };
  const span = (at: 0 | 1) => points.reduce(([low, high], p) => [Math.min(low, p[at]!), Math.max(high, p[at]!)] as [number, number], [Infinity, -Infinity]);
  const [west, east] = span(0), [south, north] = span(1);
  const shrink = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const scale = WIDTH / ((east - west) * shrink || 1);
  const say = (n: number) => n.toFixed(1);
  const d = (rings: Position[][]) => rings.map((ring) => `M${ring.map(([x, y]) => `${say((x! - west) * shrink * scale)} ${say((north - y!) * scale)}`).join('L')}Z`).join('');
  return { width: WIDTH, height: Math.ceil((north - south) * scale), paths: all.map((a) => ({ division: a.division, name: a.name, d: d(a.rings) })) };
}

function ringsOf(g: GeoJSON.Geometry | null): Position[][] {
  if (g?.type === 'Polygon') return g.coordinates;
  return g?.type === 'MultiPolygon' ? g.coordinates.flat() : [];
}

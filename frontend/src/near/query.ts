import type { LonLat, NearestKind, NearestQuery } from '../api/types';

/** Asked is what a person wants to know of what is near. */
export interface Asked {
  kinds: readonly NearestKind[];
  k: number;
  available: boolean; // units that can go now, shelters with a free place
}

export const KINDS: readonly NearestKind[] = ['unit', 'team', 'depot', 'shelter', 'hazard', 'camera'];

/** nearestQuery is that as the server takes it. */
export function nearestQuery(point: LonLat, asked: Asked): NearestQuery {
  const query: NearestQuery = { point: { type: 'Point', coordinates: point }, kinds: [...asked.kinds], k: asked.k };
  if (asked.available && asked.kinds.includes('unit')) query.status = ['available'];
  if (asked.available && asked.kinds.length === 1 && asked.kinds[0] === 'shelter') query.free_places = 1;
  return query;
}

import type { IncidentFeature, LonLat } from '../api/types';
import { distance } from './near';

const ENDED = new Set(['closed', 'duplicate', 'false_alarm', 'transferred', 'cancelled']);

export const pointOf = (i: IncidentFeature): LonLat => i.geometry.coordinates as LonLat;

/** Open incidents, the most urgent first, then the nearest. */
export function inOrder(all: Iterable<IncidentFeature>, from: LonLat): IncidentFeature[] {
  return [...all]
    .filter((i) => !ENDED.has(i.properties.state))
    .map((i) => ({ i, d: distance(from, pointOf(i)) }))
    .sort((a, b) => a.i.properties.priority - b.i.properties.priority || a.d - b.d)
    .map((x) => x.i);
}

import type { IncidentFeature, LonLat } from '../api/types';

const ENDED: readonly string[] = ['closed', 'duplicate', 'false_alarm', 'transferred', 'cancelled'];
const EARTH_M = 6_371_000;
const FAR = 1e9; // metres: behind all that is known
const rad = (deg: number) => (deg * Math.PI) / 180;

/** Target is an open incident a unit may be sent to instead; metres is how far it is from the unit in a straight line, undefined where one of them has no place. */
export interface Target {
  incident: IncidentFeature;
  metres?: number;
}

function metres([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const h = Math.sin(rad(lat2 - lat1) / 2) ** 2 + Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * Math.sin(rad(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(h));
}

/** targets are the other open incidents, the nearest to the unit first; those of unknown distance come last, the more urgent first. */
export function targets(all: Iterable<IncidentFeature>, not: string, from: LonLat | undefined): Target[] {
  const open = [...all].filter((i) => i.id !== not && !ENDED.includes(i.properties.state));
  const found = open.map((incident): Target => {
    const at = incident.geometry.coordinates as unknown;
    const known = from && Array.isArray(at) && typeof at[0] === 'number';
    return { incident, metres: known ? metres(from, [at[0] as number, at[1] as number]) : undefined };
  });
  return found.sort((a, b) => (a.metres ?? FAR) - (b.metres ?? FAR) || a.incident.properties.priority - b.incident.properties.priority || a.incident.id.localeCompare(b.incident.id));
}

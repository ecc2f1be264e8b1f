import type { Feature, MultiPolygon, Polygon } from 'geojson';
import { api, ask } from '../api/client';
import type { Areas } from './shapes';

let reading: Promise<Areas> | undefined;

/** Outlines of the townships in one's scope, read once for the page. */
export function readAreas(): Promise<Areas> {
  reading ??= fetchAreas().catch((cause: unknown) => {
    reading = undefined;
    throw cause;
  });
  return reading;
}

async function fetchAreas(): Promise<Areas> {
  const features: Areas['features'] = [];
  let after: string | undefined;
  do {
    const page = await ask(api.GET('/api/ledgers/{ledger}', { params: { path: { ledger: 'division' }, query: { limit: 2000, after } } }));
    for (const f of page.features) {
      if (!('level' in f.properties) || f.properties.level !== 'township') continue;
      const { code, name } = f.properties;
      features.push({ type: 'Feature', properties: { code, name }, geometry: f.geometry as Polygon | MultiPolygon } satisfies Feature<Polygon | MultiPolygon, { code: string; name: string }>);
    }
    after = page.next;
  } while (after);
  return { type: 'FeatureCollection', features };
}

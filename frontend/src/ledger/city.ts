import type { Geometry } from 'geojson';
import { api, ask } from '../api/client';
import { divisions, readDivisions } from '../api/divisions';

/** readCity is the code and the outline of the city; undefined when it is not in one's scope. */
export async function readCity(): Promise<{ code: string; geometry: Geometry } | undefined> {
  await readDivisions();
  const code = [...divisions.value.values()].find((d) => d.level === 'city')?.code;
  if (!code) return undefined;
  const page = await ask(api.GET('/api/ledgers/{ledger}', { params: { path: { ledger: 'division' }, query: { q: code, limit: 5, geometry: true } } }));
  const city = page.features.find((f) => f.properties.code === code);
  return city && { code, geometry: city.geometry as Geometry };
}

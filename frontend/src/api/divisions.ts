import { shallowRef } from 'vue';
import { api, ask } from './client';

/** A node of the division tree; parent is a code, empty for the city. */
export interface DivisionNode {
  code: string;
  name: string;
  nameEn: string;
  level: 'city' | 'county' | 'township';
  parent: string;
}

/** divisions are all divisions in one's scope, by code; empty before they were read. */
export const divisions = shallowRef<ReadonlyMap<string, DivisionNode>>(new Map());

let reading: Promise<void> | undefined;

/** readDivisions fetches the tree once for the page; a failed try may be repeated. */
export function readDivisions(): Promise<void> {
  reading ??= fetchAll().catch((cause: unknown) => {
    reading = undefined;
    throw cause;
  });
  return reading;
}

async function fetchAll(): Promise<void> {
  const page = await ask(api.GET('/api/ledgers/{ledger}', { params: { path: { ledger: 'division' }, query: { limit: 2000, geometry: false } } }));
  const found = new Map<string, DivisionNode>();
  for (const { properties } of page.features) {
    if (!('level' in properties) || !('parent' in properties || properties.level === 'city')) continue;
    const p = properties as { code: string; name: string; name_en?: string; level: DivisionNode['level']; parent?: string };
    found.set(p.code, { code: p.code, name: p.name, nameEn: p.name_en ?? '', level: p.level, parent: p.parent ?? '' });
  }
  divisions.value = found;
}

/** counties and zones of the city, by code. */
export const counties = (): DivisionNode[] => [...divisions.value.values()].filter((d) => d.level === 'county').sort((a, b) => a.code.localeCompare(b.code));

/** townshipsOf a county, by code. */
export const townshipsOf = (county: string): DivisionNode[] =>
  [...divisions.value.values()].filter((d) => d.level === 'township' && d.parent === county).sort((a, b) => a.code.localeCompare(b.code));

/** divisionName is the name of a code with that of its county before it; an unknown code stands for itself. */
export function divisionName(code: string | undefined): string {
  if (!code) return '–';
  const d = divisions.value.get(code);
  if (!d) return code;
  const county = d.level === 'township' ? divisions.value.get(d.parent)?.name : undefined;
  return county ? `${county} ${d.name}` : d.name;
}

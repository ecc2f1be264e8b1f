import type { Ledger } from './fields';
import type { Properties } from './form';

/** A column of a ledger's table, between its name and its verify-by day. Width in rem. */
export interface Column {
  key: string;
  kind: 'text' | 'number' | 'code' | 'codes' | 'share' | 'bool' | 'team' | 'instant';
  list?: string;
  width: number;
  value(p: Properties): string | number | undefined;
}

const get = (key: string) => (p: Properties): string | number | undefined => {
  const v = p[key];
  return typeof v === 'number' || typeof v === 'string' ? v : undefined;
};
const text = (key: string, width = 8): Column => ({ key, kind: 'text', width, value: get(key) });
const number = (key: string, width = 6): Column => ({ key, kind: 'number', width, value: get(key) });
const code = (key: string, list: string, width = 7): Column => ({ key, kind: 'code', list, width, value: get(key) });
const bool = (key: string, width = 4): Column => ({ key, kind: 'bool', width, value: (p) => Number(p[key] === true) });

/** Share of its targets a depot holds, at most 1 a line; undefined when no line has a target. */
export function fill(p: Properties): number | undefined {
  const lines = (Array.isArray(p['stock']) ? p['stock'] : []) as { quantity: number; target?: number }[];
  const aimed = lines.filter((l) => (l.target ?? 0) > 0);
  return aimed.length ? aimed.reduce((sum, l) => sum + Math.min(1, l.quantity / l.target!), 0) / aimed.length : undefined;
}

/** Places taken; undefined when a shelter has none. */
export function use(p: Properties): number | undefined {
  const capacity = Number(p['capacity']);
  return capacity > 0 ? Number(p['occupancy']) / capacity : undefined;
}

const items = (p: Properties): number | undefined =>
  Array.isArray(p['stock']) ? (p['stock'] as { quantity: number }[]).reduce((sum, l) => sum + l.quantity, 0) : undefined;

export const COLUMNS: Readonly<Record<Ledger, readonly Column[]>> = {
  division: [code('level', 'division_level'), text('parent', 7), number('people', 8), bool('zone')],
  team: [code('owner_system', 'owner_system', 9), bool('joint', 5), code('readiness', 'readiness'), number('mobilise_day_min'), number('mobilise_night_min')],
  unit: [text('call_sign', 9), code('kind', 'unit_kind'), code('duty', 'duty', 8), { ...text('team', 13), kind: 'team' }, number('crew', 5), text('plate', 8)],
  depot: [
    code('level', 'depot_level'),
    { key: 'fill', kind: 'share', width: 9, value: fill },
    { key: 'items', kind: 'number', width: 7, value: items },
  ],
  shelter: [
    code('class', 'shelter_class', 8), code('state', 'shelter_state', 6), number('capacity', 7), number('occupancy', 7),
    { key: 'use', kind: 'share', width: 9, value: use },
  ],
  hazard: [code('kind', 'hazard_kind', 8), code('level', 'hazard_level', 5), code('state', 'hazard_state', 6), number('people_at_risk', 8)],
  risk_zone: [code('kind', 'risk_zone_kind', 9), code('class', 'risk_zone_class', 6)],
  camera: [code('state', 'camera_state', 6), number('heading_deg', 6), text('gb_code', 13)],
  closure: [code('cause', 'closure_cause'), code('confidence', 'closure_confidence'), text('verified_by'), { ...text('until', 9), kind: 'instant' }],
  run_card: [
    { key: 'kinds', kind: 'codes', list: 'incident_kind', width: 12, value: (p) => (Array.isArray(p['kinds']) ? p['kinds'].join() : undefined) },
    code('mode', 'run_card_mode', 5),
    { key: 'levels', kind: 'number', width: 6, value: (p) => (Array.isArray(p['levels']) ? p['levels'].length : undefined) },
    code('priority_max', 'priority', 8), number('order', 5),
  ],
  coverage_rule: [
    { key: 'kind', kind: 'codes', list: 'unit_kind', width: 12, value: (p) => (Array.isArray(p['kinds']) ? p['kinds'].join() : undefined) },
    number('minimum'), number('within_min', 7), { key: 'wanted', kind: 'share', width: 9, value: (p) => Number(p['share'] ?? 0.9) },
  ],
  cell: [number('people', 8), number('area_m2', 9)],
};

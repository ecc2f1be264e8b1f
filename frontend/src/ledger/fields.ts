import type { components } from '../api/schema';

export type Ledger = components['schemas']['LedgerCode'];

/** A field of a form that holds one value. Name is the property's name on the wire. */
export interface Simple {
  name: string;
  kind: 'text' | 'long' | 'int' | 'number' | 'date' | 'instant' | 'bool' | 'code' | 'division' | 'team' | 'words';
  /** Code list, for kind code. */
  list?: string;
  required?: boolean;
  min?: number;
  max?: number;
  /** Pattern the text must match as a whole. */
  pattern?: RegExp;
}
/** A nested object: absent when every part is empty. */
export interface Group { name: string; kind: 'group'; fields: Simple[] }
/** A list of objects, one a line. */
export interface Lines { name: string; kind: 'lines'; fields: Simple[]; required?: boolean }
/** A part that a form of its own edits; what it holds is as on the wire. */
export interface Own { name: string; kind: 'own'; required?: boolean }
export type Field = Simple | Group | Lines | Own;

export const isSimple = (f: Field): f is Simple => f.kind !== 'group' && f.kind !== 'lines' && f.kind !== 'own';

const text = (name: string, max = 120, required = false): Simple => ({ name, kind: 'text', max, required });
const int = (name: string, max: number, required = false, min = 0): Simple => ({ name, kind: 'int', min, max, required });
const number = (name: string, max: number, required = false): Simple => ({ name, kind: 'number', min: 0, max, required });
const code = (name: string, list: string, required = true): Simple => ({ name, kind: 'code', list, required });
const date = (name: string): Simple => ({ name, kind: 'date' });
const instant = (name: string): Simple => ({ name, kind: 'instant' });
const bool = (name: string): Simple => ({ name, kind: 'bool' });
const own = (name: string, required = false): Own => ({ name, kind: 'own', required });
const item = (required: boolean): Simple => ({ name: 'item', kind: 'text', max: 7, pattern: /[0-9]{7}/, required });
const person = (name: string): Group => ({
  name, kind: 'group',
  fields: [{ name: 'name', kind: 'text', max: 60, required: true }, { name: 'phones', kind: 'words', required: true }, date('verified_at')],
});
const capabilities = (required: boolean): Lines => ({
  name: 'capabilities', kind: 'lines', required, fields: [code('discipline', 'discipline'), code('level', 'capability_level')],
});
const equipment: Lines = {
  name: 'equipment', kind: 'lines', fields: [item(false), text('name', 120, true), text('unit', 20, true), int('quantity', 1e9, true)],
};

export const HEAD: readonly Field[] = [
  text('code', 64, true), text('name', 120, true), text('name_en'), { name: 'division', kind: 'division', required: true },
  text('owner'), date('verify_by'), code('sensitivity', 'sensitivity'), text('source'), { name: 'note', kind: 'long', max: 2000 },
];

/** Detail fields by ledger, mirrored from the API's schemas. Cells are read only and have none. */
export const DETAIL: Readonly<Record<Ledger, readonly Field[]>> = {
  division: [
    code('level', 'division_level'), text('parent', 9), text('county', 9), bool('zone'), int('people', 2e9), int('area_m2', 1e13),
  ],
  team: [
    code('owner_system', 'owner_system'), code('readiness', 'readiness'), bool('joint'),
    int('mobilise_day_min', 1440, true), int('mobilise_night_min', 1440, true), date('last_drill'),
    person('leader'), person('liaison'), capabilities(true), equipment,
    { name: 'strength', kind: 'lines', fields: [code('shift', 'shift'), int('count', 100_000, true)] },
    { name: 'agreements', kind: 'words' },
  ],
  unit: [
    { name: 'team', kind: 'team', required: true }, text('call_sign', 40, true), code('kind', 'unit_kind'), text('plate', 20), code('duty', 'duty'),
    int('crew', 200, true), int('crew_minimum', 200, true), int('mobilise_min', 1440, true), capabilities(false), equipment,
    { name: 'profile', kind: 'group', fields: [number('height_m', 20), number('width_m', 20), number('weight_t', 200)] },
    { name: 'terminal', kind: 'group', fields: [text('number', 40, true), code('datum', 'datum', false)] },
  ],
  depot: [
    code('level', 'depot_level'), int('area_m2', 1e8), person('keeper'),
    {
      name: 'stock', kind: 'lines', required: true,
      fields: [item(true), text('name', 120, true), text('unit', 20, true), int('quantity', 1e9, true), int('target', 1e9), date('expires')],
    },
  ],
  shelter: [
    code('class', 'shelter_class'), code('grade', 'shelter_grade'), code('space', 'shelter_space'), code('state', 'shelter_state'),
    int('capacity', 1e7, true), int('occupancy', 1e7, true), int('area_m2', 1e9), int('entrances', 1000), person('keeper'),
  ],
  hazard: [
    code('kind', 'hazard_kind'), code('level', 'hazard_level'), code('state', 'hazard_state'), int('people_at_risk', 1e7), bool('overhanging'),
    number('dam_height_m', 1000), number('volume_m3', 1e11), number('ring_m', 20000),
    { name: 'substances', kind: 'lines', fields: [text('name', 120, true), number('quantity_t', 1e9, true)] }, person('keeper'),
  ],
  risk_zone: [code('kind', 'risk_zone_kind'), code('class', 'risk_zone_class')],
  camera: [code('state', 'camera_state'), text('gb_code', 20), int('heading_deg', 359), text('url', 400)],
  closure: [
    code('cause', 'closure_cause'), code('confidence', 'closure_confidence'), text('verified_by', 60), instant('from'), instant('until'), number('speed_factor', 0.99),
    number('max_height_m', 999), number('max_width_m', 999), number('max_weight_t', 999), int('heading_deg', 359), bool('along'), bool('structures'),
  ],
  run_card: [own('kinds', true), code('mode', 'run_card_mode'), code('priority_max', 'priority', false), own('grades'), own('premise'), int('order', 1_000_000, false, -1_000_000), own('levels', true)],
  coverage_rule: [own('kinds', true), int('minimum', 20, true, 1), int('within_min', 180, true, 1), { ...number('share', 1), min: 0.5 }],
  cell: [],
};

/** Ledgers whose entries are areas; all others are points. */
export const AREAS: ReadonlySet<Ledger> = new Set<Ledger>(['division', 'risk_zone', 'cell', 'run_card', 'coverage_rule']);
export const LEDGERS: readonly Ledger[] = ['shelter', 'depot', 'team', 'unit', 'hazard', 'risk_zone', 'camera', 'closure', 'run_card', 'coverage_rule', 'division', 'cell'];

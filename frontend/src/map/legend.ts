import { LOOKS } from '../ui/look';
import type { Group } from './layers';
import { PEOPLE } from './ledgers';
import { SEQUENCE, ZONES } from './palette';
import { closureSymbol } from './roadSigns';
import type { Shape } from './shape';
import { cameraSymbol, depotSymbol, hazardSymbol, incidentSymbol, shelterSymbol, teamSymbol, unitSymbol } from './symbols';

/** LegendItem is one line: a symbol, a hatch or a colour, and its words: a code of a label list, or a key of the locales. */
export interface LegendItem {
  symbol?: Shape[];
  hatch?: string;
  colour?: string;
  list?: string;
  code?: string;
  key?: string;
  text?: string;
}

/** legend says what the symbols of a group mean. */
export function legend(group: Group): LegendItem[] {
  switch (group) {
    case 'incident':
      return [1, 2, 3, 4].map((p) => ({ symbol: incidentSymbol('other', p), list: 'priority', code: String(p) }));
    case 'unit':
      return [...LOOKS.map((look) => ({ symbol: unitSymbol(look), key: `look.${look}` })), { symbol: faded(), key: 'look.stale' }];
    case 'closure':
      return [
        { symbol: closureSymbol('closed'), key: 'road.legend.closed' },
        { symbol: closureSymbol('slow'), key: 'road.legend.slow' },
        { symbol: closureSymbol('height', '4'), key: 'road.legend.limit' },
        { symbol: closureSymbol('closed', '', true), key: 'road.legend.planned' },
        { symbol: closureSymbol('closed', '', false, true), key: 'road.legend.reported' },
      ];
    case 'shelter':
      return [
        { symbol: shelterSymbol(0.4, 'open'), key: 'legend.shelter.free' },
        { symbol: shelterSymbol(0.95, 'open'), key: 'legend.shelter.tight' },
        { symbol: shelterSymbol(1.2, 'open'), key: 'legend.shelter.over' },
        { symbol: shelterSymbol(undefined, 'planned'), key: 'legend.shelter.idle' },
      ];
    case 'depot':
      return [
        { symbol: depotSymbol(0.8), key: 'legend.depot.good' },
        { symbol: depotSymbol(0.3), key: 'legend.depot.low' },
        { symbol: depotSymbol(0.1), key: 'legend.depot.out' },
        { symbol: depotSymbol(undefined), key: 'legend.depot.unknown' },
      ];
    case 'team':
      return [...['ready', 'limited', 'not_ready'].map((r) => ({ symbol: teamSymbol(r, false), list: 'readiness', code: r })), { symbol: teamSymbol('ready', true), key: 'legend.joint' }];
    case 'hazard':
      return ['tailings_pond', 'mine', 'hazmat', 'geohazard'].map((k, i) => ({ symbol: hazardSymbol(k, i + 1), list: 'hazard_kind', code: k }));
    case 'risk_zone':
      return ['forest_fire', 'flood', 'geohazard'].map((k) => ({ hatch: ZONES[k]!, list: 'risk_zone_kind', code: k }));
    case 'camera':
      return ['online', 'offline', 'unknown'].map((s) => ({ symbol: cameraSymbol(s), list: 'camera_state', code: s }));
    case 'cell':
      return SEQUENCE.map((colour, i) => ({ colour, text: i === 0 ? `1–${PEOPLE[0]}` : i === 4 ? `> ${PEOPLE[3]}` : `${PEOPLE[i - 1]}–${PEOPLE[i]}` }));
  }
}

function faded(): Shape[] {
  const [body] = unitSymbol('avail');
  return [{ ...body!, fill: '#0B0F14', stroke: body!.fill, width: 2.2 }];
}

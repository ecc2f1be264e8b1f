import { expect, test } from 'vitest';
import type { Depot, EntryPage } from '../api/types';
import { fill, lowDepots, onTheMove, openIncidents, shelterUse } from './figures';

const page = (...properties: object[]) => ({ features: properties.map((p) => ({ properties: p })) }) as unknown as EntryPage;
const line = (quantity: number, target?: number) => ({ item: '1', name: '', unit: '', quantity, target });

test('planned shelters have no places yet', () => {
  const use = shelterUse(page({ state: 'open', capacity: 100, occupancy: 50 }, { state: 'planned', capacity: 900, occupancy: 0 }));
  expect(use).toEqual({ people: 50, places: 100, share: 0.5 });
});

test('no places is unknown, not zero', () => {
  expect(shelterUse(page()).share).toBeUndefined();
});

test('a full line does not make up for an empty one', () => {
  expect(fill({ stock: [line(300, 100), line(0, 100)] } as Depot)).toBe(0.5);
  expect(fill({ stock: [line(300)] } as Depot)).toBeUndefined();
});

test('a depot is low below 40 % or with a line run out', () => {
  expect(lowDepots(page({ stock: [line(30, 100)] }, { stock: [line(90, 100), line(0, 1)] }, { stock: [line(90, 100)] }))).toEqual({ low: 2, all: 3 });
});

test('ended incidents are not open', () => {
  const incident = (state: string, priority: number) => ({ properties: { state, priority } }) as never;
  expect(openIncidents([incident('reported', 1), incident('responding', 4), incident('closed', 1)])).toEqual({ open: 2, urgent: 1 });
});

test('who is there no longer counts as on the way', () => {
  const sent = (state: string) => ({ state }) as never;
  expect(onTheMove([sent('ordered'), sent('enroute'), sent('on_scene'), sent('returning'), sent('proposed')])).toEqual({ coming: 2, there: 1 });
});

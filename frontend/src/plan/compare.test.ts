import { describe, expect, it } from 'vitest';
import { pictureOf } from './chart';
import { cardOf } from './card';
import { figurePairs, rowPairs, sharedTables } from './compare';
import type { Column, Figure, Layer, Result, Table } from './kinds';
import { classIn, drawn, fifths } from './layers';
import { inLanguage, narrow, ordered } from './order';

const column = (code: string, unit: string): Column => ({ code, title: code, title_en: code, unit });
const figure = (code: string, value?: number): Figure => ({ code, title: code, title_en: code, unit: 'people', ...(value === undefined ? {} : { value }) });
const townships = (...rows: Table['rows']): Table => ({ code: 'townships', title: '', title_en: '', columns: [column('division', 'text'), column('name', 'text'), column('people', 'people'), column('share', 'share')], rows });
const result = (figures: Figure[], tables: Table[]): Result => ({ kind: 'coverage', seq: 1, as_of: '', inputs: '', basis: 'road', method: '', figures, tables, layers: [], assumptions: [], left_out: [] });

describe('two results', () => {
  it('have their figures matched by code, and no difference where one is not known', () => {
    const pairs = figurePairs(result([figure('x', 10), figure('y')], []), result([figure('y', 2), figure('x', 7), figure('z', 1)], []));
    expect(pairs.map((p) => [p.code, p.a, p.b, p.diff])).toEqual([['x', 10, 7, -3], ['y', undefined, 2, undefined], ['z', undefined, 1, undefined]]);
  });

  it('have their townships matched by code; unknown is not zero', () => {
    const a = townships(['1', 'a', 5, 0.5], ['2', 'b', 0, null]), b = townships(['2', 'b', 0, 0.25], ['3', 'c', 1, 1], ['1', 'a', 5, 0.75]);
    expect(sharedTables(result([], [a]), result([], [b]))[0]!.columns.map((c) => c.code)).toEqual(['people', 'share']);
    expect(rowPairs(a, b, 'share')).toEqual([
      { key: '1', label: 'a', a: 0.5, b: 0.75, diff: 0.25 }, { key: '2', label: 'b', a: undefined, b: 0.25, diff: undefined }, { key: '3', label: 'c', a: undefined, b: 1, diff: undefined },
    ]);
  });
});

describe('a table', () => {
  const t = townships(['1', 'a', 5, 0.5], ['2', 'b', 0, null], ['3', 'c', 9, 0.1]);
  it('is ordered with the unknown last either way', () => {
    const names = (down: boolean) => ordered(t, { by: 'share', down }).map((r) => r.cells[1]);
    expect([names(true), names(false)]).toEqual([['a', 'c', 'b'], ['c', 'a', 'b']]);
  });
  it('shows what names a row and the first measures where it is narrow', () => {
    expect(narrow(t, 1).map((c) => c.code)).toEqual(['name', 'share']);
  });
  it('shows the words of one language', () => {
    const both = [column('reason', 'text'), column('reason_en', 'text')];
    expect([inLanguage(both, false), inLanguage(both, true)].map((cs) => cs.map((c) => c.code))).toEqual([['reason'], ['reason_en']]);
  });
  it('is charted as bars, the largest first, or as a curve along its limits', () => {
    expect(pictureOf(t, t.columns[2]!)).toMatchObject({ line: false, categories: ['c', 'a', 'b'], values: [9, 5, 0] });
    const curve: Table = { code: 'thresholds', title: '', title_en: '', columns: [column('limit', 's'), column('share', 'share')], rows: [[300, 0.2], [900, 0.6]] };
    expect(pictureOf(curve, curve.columns[1]!)).toMatchObject({ line: true, values: [0.2, 0.6] });
  });
});

describe('a layer', () => {
  const layer = (code: string, geometry: string, properties: object[]): Layer => ({ code, title: '', title_en: '', features: { type: 'FeatureCollection', features: properties.map((p) => ({ type: 'Feature', geometry: { type: geometry, coordinates: [] }, properties: p })) } });
  it('looks like what it is', () => {
    const look = (l: Layer) => drawn(l).look;
    expect(look(layer('gaps', 'Polygon', [{ people: 3 }]))).toBe('gaps');
    expect(look(layer('chosen', 'Point', [{ rank: 1, people: 3 }]))).toBe('sites');
    expect(look(layer('transfers', 'LineString', [{ people: 3 }]))).toBe('arrows');
    expect(look(layer('existing', 'Point', [{ name: 'x' }]))).toBe('plain');
    expect(drawn(layer('cells', 'Polygon', [{ people: 3, nearest_s: 400 }, { people: 1, nearest_s: null }])).features.features.map((f) => f.properties.class)).toEqual([1, -1]);
  });
  it('has classes that part its values into fifths', () => {
    expect(fifths([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([2, 4, 6, 8]);
    expect(fifths([3, 3, 3])).toEqual([]);
    expect([classIn([2, 4], 2), classIn([2, 4], 5), classIn([2, 4], undefined)]).toEqual([0, 2, -1]);
  });
  it('tells on a click what its table knows', () => {
    const chosen: Table = { code: 'chosen', title: '', title_en: '', columns: [column('rank', 'count'), column('name', 'text'), column('people', 'people'), column('reason', 'text'), column('reason_en', 'text')], rows: [[1, 'n', 7, '因为', 'because']] };
    const r = { ...result([], [chosen]), layers: [layer('chosen', 'Point', [{ rank: 1 }])] };
    expect(cardOf(r, 'chosen', { rank: 1 }, true)).toMatchObject({ name: 'n', order: 1, reason: 'because', rows: [{ code: 'people', value: 7 }] });
  });
});

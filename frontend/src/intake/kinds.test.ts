import { expect, test } from 'vitest';
import { CLASSES, initial, jump, KINDS } from './kinds';

const words: Record<string, string> = {
  forest_fire: '森林火灾', building_fire: '建筑火灾', hazmat: '危化事故', tailings: '尾矿库险情', mine: '矿山事故', flood: '洪涝', geohazard: '地质灾害', earthquake: '地震',
  marine: '海上险情', traffic: '交通事故', storm_surge: '风暴潮', medical: '医疗急救', public_health: '公共卫生', social: '社会安全', other: '其他',
};

test('every kind stands in one class', () => {
  expect(CLASSES).toHaveLength(4);
  expect(KINDS.toSorted()).toEqual(Object.keys(words).toSorted());
});

test.each([['森林', 'S'], ['建筑', 'J'], ['洪涝', 'H'], ['地震', 'D'], ['医疗', 'Y'], ['其他', 'Q'], ['矿山', 'K'], ['Flood', 'F'], ['7 号', '']])('%s begins with %s', (word, letter) => {
  expect(initial(word)).toBe(letter);
});

test('a letter goes from one kind to the next that begins with it, and round', () => {
  const word = (k: string) => words[k]!;
  const first = jump('s', '', word);
  expect(first).toBe('forest_fire');
  expect(jump('S', first!, word)).toBe('social');
  expect(jump('S', 'social', word)).toBe('forest_fire');
  expect(jump('d', '', word)).toBe('geohazard');
  expect(jump('b', '', word)).toBeUndefined();
});

import { describe, expect, it } from 'vitest';
import { change, checkLevels, fresh, levelsOf, moved, ofType, whole } from './draft';

describe('run card draft', () => {
  it('reads whole numbers, and keeps what is none for the person to see', () => {
    expect([whole(' 3 '), whole(''), whole('1.5'), whole('-2'), whole('三')]).toEqual([3, undefined, '1.5', '-2', '三']);
  });

  it('keeps how many and how soon when the type changes, and nothing else', () => {
    const r = { type: 'unit_kind' as const, quantity: 3, kinds: ['engine', 'ladder'], within_min: 10, optional: true };
    expect(ofType(r, 'stock')).toEqual({ type: 'stock', quantity: 3, within_min: 10, optional: true });
    expect(ofType(r, 'capability')).toEqual({ type: 'capability', quantity: 3, level: 4, within_min: 10, optional: true });
  });

  it('leaves out what was emptied', () => {
    expect(change({ type: 'stock', quantity: 1, item: '1010101', within_min: 5, optional: true }, { within_min: undefined, optional: false })).toEqual({ type: 'stock', quantity: 1, item: '1010101' });
  });

  it('moves within the list and not out of it', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['c', 'a', 'b']);
    expect(moved(['a', 'b', 'c'], 1, 9)).toEqual(['a', 'c', 'b']);
    expect(moved(['a'], 4, 0)).toEqual(['a']);
  });

  it('names every field that cannot be by its path', () => {
    expect(checkLevels([
      { name: '级'.repeat(61), requirements: [fresh(), { type: 'capability', quantity: '两', within_min: 0 }] },
      { requirements: [{ type: 'stock', quantity: 5, item: '123' }, { type: 'equipment', item: ' ' }, { type: 'shelter_places', quantity: 200_000, within_min: 2000 }] },
    ])).toEqual({
      'levels[0].name': 'name',
      'levels[0].requirements[0].kinds': 'required',
      'levels[0].requirements[1].quantity': 'quantity',
      'levels[0].requirements[1].within_min': 'within',
      'levels[0].requirements[1].discipline': 'required',
      'levels[0].requirements[1].level': 'required',
      'levels[1].requirements[0].item': 'item',
      'levels[1].requirements[1].quantity': 'required',
      'levels[1].requirements[1].item': 'required',
      'levels[1].requirements[2].quantity': 'quantity',
      'levels[1].requirements[2].within_min': 'within',
    });
    expect(checkLevels([])).toEqual({ levels: 'levels' });
    expect(checkLevels([{ requirements: [{ type: 'unit_kind', quantity: 2, kinds: ['engine'] }] }])).toEqual({});
  });

  it('reads a card whatever it holds', () => {
    expect(levelsOf(undefined)).toEqual([]);
    expect(levelsOf([{ name: 'x' }])).toEqual([{ name: 'x', requirements: [] }]);
  });
});

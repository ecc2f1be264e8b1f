import { describe, expect, it } from 'vitest';
import { DETAIL, LEDGERS } from './fields';
import { fromForm, toForm, type Form, type Part } from './form';

const head = { code: 'S-1', name: '体育馆', division: '130302', source_datum: 'wgs84', sensitivity: 0 };
const depot = {
  ...head, level: 'city', area_m2: 1200, keeper: { name: '王（示例）', phones: ['0335-1', '138'], verified_at: '2026-01-02' },
  stock: [{ item: '1010101', name: '帐篷', unit: '顶', quantity: 0, target: 20 }],
};

describe('ledger form', () => {
  it('gives back what it was given, zero included', () => {
    const { properties, errors } = fromForm('depot', toForm('depot', depot), depot);
    expect(errors).toEqual({});
    expect(properties).toEqual(depot);
  });

  it('keeps what it does not show', () => {
    const { properties } = fromForm('depot', toForm('depot', depot), { ...depot, later: 7 });
    expect(properties['later']).toBe(7);
    expect(properties['source_datum']).toBe('wgs84');
  });

  it('leaves out what was emptied', () => {
    const form = toForm('depot', depot);
    form['area_m2'] = '';
    form['keeper'] = { name: '', phones: '', verified_at: '' };
    const { properties, errors } = fromForm('depot', form, depot);
    expect(errors).toEqual({});
    expect(properties).not.toHaveProperty('area_m2');
    expect(properties).not.toHaveProperty('keeper');
  });

  it('splits telephone numbers however they are parted', () => {
    const form = toForm('depot', depot);
    (form['keeper'] as Part)['phones'] = '0335-1， 138;139\n140';
    expect(fromForm('depot', form).properties['keeper']).toMatchObject({ phones: ['0335-1', '138', '139', '140'] });
  });

  it('names every field that cannot be, with its line', () => {
    const form: Form = toForm('depot', depot);
    form['name'] = ' ';
    form['stock'] = [
      { item: '123', name: '帐篷', unit: '顶', quantity: '1.5', target: '', expires: '' },
      { item: '', name: '', unit: '', quantity: '', target: '', expires: '' },
      { item: '1010102', name: '', unit: '床', quantity: '-1', target: '', expires: 'soon' },
    ];
    expect(fromForm('depot', form).errors).toEqual({
      name: 'required',
      'stock[0].item': 'pattern',
      'stock[0].quantity': 'number',
      'stock[1].name': 'required',
      'stock[1].quantity': 'range',
      'stock[1].expires': 'date',
    });
  });

  it('sends levels as numbers', () => {
    const form = toForm('risk_zone', { ...head, kind: 'flood', class: 2 });
    expect(form['class']).toBe('2');
    expect(fromForm('risk_zone', form).properties).toMatchObject({ class: 2, sensitivity: 0 });
  });

  it('takes a thousands mark', () => {
    const form = toForm('shelter', head);
    form['capacity'] = '12 000';
    expect(fromForm('shelter', form).properties['capacity']).toBe(12000);
  });

  it('asks for a stock list even when it is empty', () => {
    const form = toForm('depot', { ...head, level: 'city' });
    expect(fromForm('depot', form).properties['stock']).toEqual([]);
  });

  it('has a detail for every ledger, each name once', () => {
    for (const ledger of LEDGERS) {
      const names = DETAIL[ledger].map((f) => f.name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

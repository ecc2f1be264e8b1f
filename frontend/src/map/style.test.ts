import { expect, test } from 'vitest';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { PALETTES } from './palette';
import { mapStyle } from './style';
import { symbolOf } from './images';

test.each(Object.keys(PALETTES) as (keyof typeof PALETTES)[])('the %s style is valid', (theme) => {
  const style = mapStyle({ palette: PALETTES[theme], scale: 1, locale: 'zh-CN' }, { 'Noto Sans SC': '/fonts/x.woff2' }, new Set());
  expect(validateStyleMin(style).map((e) => e.message)).toEqual([]);
});

test('a style asks for no glyphs and no sprite', () => {
  const style = mapStyle({ palette: PALETTES.dark, scale: 1, locale: 'en' }, {}, new Set(['cell']));
  expect(style.glyphs ?? style.sprite).toBeUndefined();
  expect(style.layers.find((l) => l.id === 'cell')?.layout?.visibility).toBe('none');
});

test.each(['shelter|0.4|open|0', 'shelter||planned|1', 'depot|0.35|0', 'depot||0', 'team|ready|1|0', 'hazard|mine|2|0', 'camera|unknown|0', 'incident|flood|1', 'closure|closed||00', 'closure|height|4.5|01', 'closure|weight|20|10', 'closure|slow||11'])('the symbol %s can be drawn', (name) => {
  expect(symbolOf(name)!.length).toBeGreaterThan(0);
  expect(symbolOf(name)!.every((s) => !/undefined|NaN/.test(s.d))).toBe(true);
});

test('an unknown name is nobody’s symbol', () => {
  expect(symbolOf('unicorn|1')).toBeUndefined();
});

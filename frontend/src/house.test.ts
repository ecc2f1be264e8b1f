import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

// A room may import only rooms on lower floors; rooms on one floor are strangers.
const FLOORS: Record<string, number> = { app: 4, map: 2, live: 1, api: 0, ui: 0, locales: -1 };
const PANEL = 3;
const floor = (room: string) => FLOORS[room] ?? PANEL;
const DOORS: Record<string, string> = { 'maplibre-gl': 'map', 'terra-draw': 'map', 'terra-draw-maplibre-gl-adapter': 'map', 'openapi-fetch': 'api' };

const files = fs.readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((f) => /\.(ts|vue)$/.test(f) && !/\.(test|d)\.ts$/.test(f));
const imports = files.flatMap((file) => {
  const text = fs.readFileSync(path.join('src', file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((m) => ({ file, from: file.split(path.sep)[0]!, to: m[1]! }));
});

test('every import goes down', () => {
  const up = imports.filter(({ file, from, to }) => {
    if (!to.startsWith('.') || !file.includes(path.sep)) return false;
    const room = path.relative('src', path.resolve('src', path.dirname(file), to)).split(path.sep)[0]!;
    return room !== from && floor(room) >= floor(from);
  });
  expect(up).toEqual([]);
});

test('a guest comes in by its one door', () => {
  const lost = imports.filter(({ from, to }) => {
    const door = Object.entries(DOORS).find(([guest]) => to === guest || to.startsWith(`${guest}/`))?.[1];
    return door && door !== from;
  });
  expect(lost).toEqual([]);
});

test('the map knows no Vue, the live room no map', () => {
  expect(imports.filter(({ from, to }) => from === 'map' && /^(vue|@tanstack|reka-ui)/.test(to))).toEqual([]);
});

test('no file is longer than 400 lines', () => {
  expect(files.filter((f) => f !== path.join('api', 'schema.d.ts') && fs.readFileSync(path.join('src', f), 'utf8').split('\n').length > 400)).toEqual([]);
});

import fs from 'node:fs';
import { expect, test } from 'vitest';

test('every rule kept of the map library is the library’s own', () => {
  const theirs = fs.readFileSync('node_modules/maplibre-gl/dist/maplibre-gl.css', 'utf8');
  const ours = fs.readFileSync('src/ui/vendor.css', 'utf8').split('\n').filter((line) => line.startsWith('.'));
  expect(ours.length).toBeGreaterThan(5);
  expect(ours.filter((rule) => !theirs.includes(rule))).toEqual([]);
});

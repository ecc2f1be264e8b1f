import fs from 'node:fs';
import { expect, test } from 'vitest';
import { createI18n } from 'vue-i18n';
import { compileMessage } from '../ui/message';

type Tree = { [key: string]: string | Tree };
/** All words of a language: those of the first load, with those that a room adds when it is loaded. */
function together(...parts: Tree[]): Tree {
  const all: Tree = {};
  for (const [key, words] of parts.flatMap((part) => Object.entries(part))) {
    const had = all[key];
    all[key] = typeof words === 'string' || typeof had !== 'object' ? words : together(had, words);
  }
  return all;
}
const zh = together(...Object.values(import.meta.glob<Tree>('./*zh-CN.json', { eager: true, import: 'default' })));
const en = together(...Object.values(import.meta.glob<Tree>('./*en.json', { eager: true, import: 'default' })));

function keys(tree: Tree, at = ''): string[] {
  return Object.entries(tree).flatMap(([k, v]) => (typeof v === 'string' ? [at + k] : keys(v, `${at}${k}.`)));
}

test('both languages have the same keys', () => {
  expect(keys(en).sort()).toEqual(keys(zh).sort());
});

test('every key that code names in full exists', () => {
  const known = new Set(keys(zh));
  const named = fs
    .readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(vue|ts)$/.test(f) && !f.endsWith('.test.ts'))
    .flatMap((f) => [...fs.readFileSync(`src/${f}`, 'utf8').matchAll(/\bt\('([a-z_]+(?:\.[a-z0-9_]+)*)'/gi)].map((m) => m[1]!));
  expect(named.filter((k) => !known.has(k) && ![...known].some((have) => have.startsWith(`${k}.`)))).toEqual([]);
});

test.each([['zh-CN', zh], ['en', en]])('every message of %s can be read', (locale, messages) => {
  const i18n = createI18n({ legacy: false, locale, messages: { [locale]: messages } });
  const broken = keys(messages as Tree).filter((key) => {
    try {
      return !i18n.global.t(key);
    } catch {
      return true;
    }
  });
  expect(broken).toEqual([]);
});

test.each([['zh-CN', zh], ['en', en]])('the page reads every message of %s as the library does', (locale, messages) => {
  const theirs = createI18n({ legacy: false, locale, messages: { [locale]: messages } });
  const ours = createI18n({ legacy: false, locale, messages: { [locale]: messages }, messageCompiler: compileMessage });
  const values = Object.fromEntries(keys(messages as Tree).flatMap((key) => [...String(theirs.global.tm(key)).matchAll(/\{(\w+)\}/g)].map((m) => [m[1]!, `<${m[1]}>`])));
  expect(keys(messages as Tree).filter((key) => ours.global.t(key, values) !== theirs.global.t(key, values))).toEqual([]);
});

test('placeholders are the same in both languages', () => {
  const flat = (tree: Tree, at = ''): [string, string][] => Object.entries(tree).flatMap(([k, v]) => (typeof v === 'string' ? [[at + k, v] as [string, string]] : flat(v, `${at}${k}.`)));
  const holes = (s: string) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
  const other = new Map(flat(en));
  expect(flat(zh).filter(([k, v]) => holes(v) !== holes(other.get(k) ?? '')).map(([k]) => k)).toEqual([]);
});

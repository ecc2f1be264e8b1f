// One copy of the font subsets under public/fonts, used by CSS and by the map style alike:
// fonts.css for the page, font-faces.json for the map.
import fs from 'node:fs';

const fonts = [
  { from: 'node_modules/@fontsource-variable/noto-sans-sc', css: 'wght.css', map: 'Noto Sans SC' },
  { from: 'node_modules/@fontsource-variable/inter', css: 'wght.css' },
];

fs.rmSync('public/fonts', { recursive: true, force: true });
fs.mkdirSync('public/fonts', { recursive: true });
const faces = {};
let page = '';
for (const font of fonts) {
  const css = fs.readFileSync(`${font.from}/${font.css}`, 'utf8');
  const subsets = [...css.matchAll(/url\(\.\/files\/([^)]+\.woff2)\)[\s\S]*?unicode-range:\s*([^;]+);/g)];
  for (const [, file] of subsets) fs.copyFileSync(`${font.from}/files/${file}`, `public/fonts/${file}`);
  page += css.replaceAll('./files/', '/fonts/');
  if (!font.map) continue;
  faces[font.map] = subsets.map(([, file, range]) => ({
    url: `/fonts/${file}`,
    'unicode-range': range.split(',').map((part) => part.trim().replace(/^u\+/i, 'U+')),
  }));
}
fs.writeFileSync('public/fonts/fonts.css', page);
fs.writeFileSync('public/font-faces.json', JSON.stringify(faces));

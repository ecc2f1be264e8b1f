// Sums the gzip size of all that a route loads at first, from Vite's manifest; exits 1 when one is over.
import fs from 'node:fs';
import zlib from 'node:zlib';

const LIMITS = { 'src/app/WallView.vue': 450, 'src/app/FieldView.vue': 430, 'src/app/PlanView.vue': 440 }; // kB
const WORKER = 150;

const manifest = JSON.parse(fs.readFileSync('dist/.vite/manifest.json', 'utf8'));
const size = (file) => zlib.gzipSync(fs.readFileSync(`dist/${file}`), { level: 9 }).length / 1024;

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

let over = false;
function tell(what, kb, limit) {
  over ||= kb > limit;
  console.log(`${what}: ${kb.toFixed(0)} of ${limit} kB gzip${kb > limit ? '  OVER' : ''}`);
}

for (const [route, limit] of Object.entries(LIMITS)) {
  if (!manifest[route]) throw new Error(`the manifest has no ${route}`);
  const files = new Set();
  for (const key of [...closure('index.html'), ...closure(route)]) {
    files.add(manifest[key].file);
    for (const css of manifest[key].css ?? []) files.add(css);
  }
  tell(route, [...files].reduce((sum, file) => sum + size(file), 0), limit);
}
const worker = fs.readdirSync('dist/assets').find((file) => /^maplibre-gl-worker.*\.(m?js)$/.test(file));
if (!worker) throw new Error('no map worker was built');
tell('map worker', size(`assets/${worker}`), WORKER);
process.exit(over ? 1 : 0);

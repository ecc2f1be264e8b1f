// Writes a .br and a .gz beside every text file of the build, and the placeholder that keeps dist embeddable.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const text = /\.(js|mjs|css|html|json|svg)$/;
for (const name of fs.readdirSync('dist', { recursive: true })) {
  const file = path.join('dist', name);
  if (!text.test(name) || fs.statSync(file).size < 1024) continue;
  const body = fs.readFileSync(file);
  fs.writeFileSync(`${file}.gz`, zlib.gzipSync(body, { level: 9 }));
  fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(body));
}
fs.writeFileSync('dist/.keep', '');

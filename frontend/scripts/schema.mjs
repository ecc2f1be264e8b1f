// Fails when src/api/schema.d.ts is not what the server's OpenAPI file says.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const kept = fs.readFileSync('src/api/schema.d.ts', 'utf8');
const fresh = execFileSync('node_modules/.bin/openapi-typescript', ['../dispatch/web/openapi.yaml'], { encoding: 'utf8' });
if (kept.trim() !== fresh.trim()) {
  console.error('src/api/schema.d.ts is out of date: run npm run gen');
  process.exit(1);
}

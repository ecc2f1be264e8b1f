import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const PATIENCE = 180_000; // ms the first start with the demo city may take
const STOP = 30_000;

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done, fail) => {
    const probe = net.createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function ready(url, server, log) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}:\n${log()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((again) => setTimeout(again, 250));
  }
  throw new Error(`the server was not ready in ${PATIENCE / 1000} s:\n${log()}`);
}

/**
 * startServer runs bin/onemap with the demo city in a folder of its own; stop ends it as Ctrl-C would.
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startServer() {
  const bin = path.resolve('../bin/onemap');
  if (!fs.existsSync(bin)) throw new Error('bin/onemap is missing: run make build');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'onemap-e2e-'));
  fs.chmodSync(folder, 0o755); // the database's own account walks through it
  const listen = `127.0.0.1:${await freePort()}`;
  const env = { ...process.env, ONEMAP_DATA: path.join(folder, 'data'), ONEMAP_DEMO: '1', ONEMAP_LISTEN: listen };
  const server = spawn(bin, ['serve'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk) => (said = (said + chunk.toString()).slice(-20_000));
  server.stdout.on('data', hear);
  server.stderr.on('data', hear);
  const stop = async () => {
    if (server.exitCode === null) {
      const gone = new Promise((done) => server.once('exit', done));
      server.kill('SIGINT');
      const late = setTimeout(() => server.kill('SIGKILL'), STOP);
      await gone;
      clearTimeout(late);
    }
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://${listen}`;
  try {
    await ready(url, server, () => said);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { url, stop };
}

/** setup is Playwright's: it starts a server unless BASE_URL names one. */
export default async function setup() {
  if (process.env.BASE_URL) return async () => {};
  const { url, stop } = await startServer();
  process.env.BASE_URL = url;
  return stop;
}

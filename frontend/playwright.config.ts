import { defineConfig } from '@playwright/test';

const quiet = [
  '--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-default-apps', '--disable-dev-shm-usage', '--hide-scrollbars', '--force-color-profile=srgb', '--font-render-hinting=none',
];
const gl = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist']; // WebGL 2 in software

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/server.mjs', // starts the server unless BASE_URL names one
  workers: 1,
  timeout: 120_000,
  retries: process.env.CI ? 1 : 0,
  reporter: [['list']],
  expect: { timeout: 20_000 },
  use: {
    baseURL: process.env.BASE_URL,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'retain-on-failure',
    viewport: { width: 1920, height: 1080 },
    contextOptions: { reducedMotion: 'reduce' }, // nothing is looked at half-way
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...quiet, ...gl] },
  },
});

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import type { Alias } from 'vite';
import { defineConfig } from 'vitest/config';
import { findChromium, quietFlags } from './scripts/chromium.mjs';
import { mutate } from './test/reliability/mutants/plugin.mjs';

process.env['STORYBOOK_DISABLE_TELEMETRY'] = '1';

/** `npm run reliability`: not the short form. */
const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';

const root = dirname(fileURLToPath(import.meta.url));

/** Tests import what users import. */
const everwire: Alias[] = [
  { find: /^everwire$/, replacement: `${root}/index.ts` },
  { find: /^everwire\/core$/, replacement: `${root}/src/index.ts` },
  { find: /^everwire\/devtools$/, replacement: `${root}/devtools/index.ts` },
  { find: /^everwire\/mattermost$/, replacement: `${root}/src/protocols/mattermost/index.ts` },
  { find: /^everwire\/testing$/, replacement: `${root}/src/testing/index.ts` },
];

/** React 18 in React's place, for our code and for every dependency that imports it. */
const react18: Alias[] = [
  { find: /^react$/, replacement: 'react-18' },
  { find: /^react\/(.*)$/, replacement: 'react-18/$1' },
  { find: /^react-dom$/, replacement: 'react-dom-18' },
  { find: /^react-dom\/(.*)$/, replacement: 'react-dom-18/$1' },
];

/** Listed, so that the first run does not find them half-way and load the page anew. */
const browserDependencies = [
  '@tanstack/react-query',
  '@testing-library/dom',
  '@testing-library/react',
  'fast-check',
  'observable-hooks',
  'react',
  'react-dom',
  'react-dom/client',
  'react-dom/server',
  'react/jsx-dev-runtime',
  'react/jsx-runtime',
  'rxjs',
  'rxjs/webSocket',
  'swr',
  'swr/infinite',
  'zustand',
  'zustand/vanilla',
];

/** A headless Chromium. A function, because two projects must not share one of these objects. */
function chromium() {
  const executablePath = findChromium();
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({ launchOptions: { ...(executablePath && { executablePath }), args: quietFlags } }),
    instances: [{ browser: 'chromium' as const }],
  };
}

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: [
        'index.ts',
        'hooks/**/*.{ts,tsx}',
        'providers/**/*.{ts,tsx}',
        'devtools/**/*.{ts,tsx}',
        'src/**/*.ts',
      ],
      reporter: ['text', 'html'],
    },
    // The heavy ones after each other: first Node, then real sockets, then the browsers, last the stories.
    projects: [
      {
        plugins: [mutate()],
        resolve: { alias: everwire },
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/node/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: [mutate()],
        resolve: { alias: everwire },
        test: {
          name: 'jsdom',
          environment: 'jsdom',
          include: [
            'test/react/**/*.test.tsx',
            'test/reliability/**/*.test.tsx',
            '.storybook/code/*.test.tsx',
          ],
          testTimeout: isFull ? 600_000 : 30_000,
          setupFiles: ['test/setup/testing-library.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // One at a time: it measures real time, on real sockets.
        plugins: [mutate()],
        resolve: { alias: everwire },
        test: {
          name: 'reliability',
          environment: 'node',
          include: ['test/reliability/**/*.test.ts'],
          testTimeout: isFull ? 900_000 : 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Pages that go offline, freeze and come back, in a Chromium of their own.
        resolve: { alias: everwire },
        test: {
          name: 'page',
          environment: 'node',
          include: ['test/page/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve: { alias: everwire },
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/types/**/*.test-d.ts'],
            // By its path: the older compilers, which are here too, bring commands of the same name.
            checker: `${root}/node_modules/typescript/bin/tsc`,
            tsconfig: './tsconfig.json',
            // The step `types` reports these, and once is enough.
            ignoreSourceErrors: true,
          },
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: { alias: everwire },
        optimizeDeps: { include: browserDependencies },
        test: {
          name: 'chromium',
          include: ['test/react/**/*.test.tsx', 'test/browser/**/*.test.{ts,tsx}'],
          setupFiles: ['test/setup/testing-library.ts'],
          globalSetup: ['test/setup/ws-server.ts'],
          browser: chromium(),
          sequence: { groupOrder: 3 },
        },
      },
      {
        resolve: { alias: [...everwire, ...react18] },
        optimizeDeps: { include: browserDependencies },
        test: {
          name: 'chromium-react18',
          include: ['test/react/**/*.test.tsx'],
          setupFiles: ['test/setup/testing-library.ts'],
          globalSetup: ['test/setup/ws-server.ts'],
          browser: chromium(),
          sequence: { groupOrder: 4 },
        },
      },
      {
        plugins: [storybookTest({ configDir: `${root}/.storybook` })],
        optimizeDeps: { include: browserDependencies },
        test: {
          name: 'storybook',
          browser: chromium(),
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});

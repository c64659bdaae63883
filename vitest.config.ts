import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Alias } from 'vite';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { findChromium, quietFlags } from './scripts/chromium.mjs';
import { mutate } from './test/reliability/mutants/plugin.mjs';

process.env['STORYBOOK_DISABLE_TELEMETRY'] = '1';

/** Set by `npm run reliability`: the full counts, and no file shares its process with another. */
const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';

/** All cores, up to four. The default of vitest leaves one unused, which is half of a machine with two. */
const WORKERS = Math.min(availableParallelism(), 4);

/**
 * Only ends tests that hang. It is far longer than any test takes, because a busy machine must not fail one: with a tenth of
 * a core, some take more than a minute. What a test says about the timing of the product is measured in virtual time. With a
 * mutant, a test that hangs has found it.
 */
const HANG_MS = process.env['EVERWIRE_MUTANT'] ? 120_000 : isFull ? 900_000 : 300_000;
const timeouts = { testTimeout: HANG_MS, hookTimeout: HANG_MS };

/**
 * For tests of components: they clean up after each test, and fail where a timer, a socket or a word on the console is left.
 * Their files share a process, or a page, because jsdom and the modules take longer to load than the tests take to run.
 * The full form isolates them.
 */
const shared = { isolate: isFull };

const root = dirname(fileURLToPath(import.meta.url));

/**
 * Tables of inputs, and the recipes: what they show depends on neither the browser nor the version of React, so that jsdom
 * with React 19 is enough. The full form runs them everywhere.
 */
const tables = [
  'test/react/options/**',
  'test/react/recipes/**',
  'test/react/migrating/**',
  'test/react/bad-input.test.tsx',
  'test/react/secrets.test.tsx',
  'test/react/devtools/secrets.test.tsx',
];
const inShort = isFull ? {} : { exclude: [...configDefaults.exclude, ...tables] };

/** Tests import what users import. */
const everwire: Alias[] = [
  { find: /^everwire$/, replacement: `${root}/index.ts` },
  { find: /^everwire\/core$/, replacement: `${root}/src/index.ts` },
  { find: /^everwire\/devtools$/, replacement: `${root}/devtools/index.ts` },
  { find: /^everwire\/mattermost$/, replacement: `${root}/src/protocols/mattermost/index.ts` },
  { find: /^everwire\/server\/redis$/, replacement: `${root}/server/redis/index.ts` },
  { find: /^everwire\/server$/, replacement: `${root}/server/index.ts` },
  { find: /^everwire\/tanstack-query$/, replacement: `${root}/tanstack-query/index.ts` },
  { find: /^everwire\/tabs\/worker$/, replacement: `${root}/tabs/worker.ts` },
  { find: /^everwire\/tabs$/, replacement: `${root}/tabs/index.ts` },
  { find: /^everwire\/testing$/, replacement: `${root}/src/testing/index.ts` },
  // React Native does not run here: the code of its page gets a device that the test controls.
  {
    find: /^(react-native|@react-native-community\/netinfo)$/,
    replacement: `${root}/test/react/recipes/react-native/modules.ts`,
  },
];

/** React 18 in React's place, for our code and for every dependency that imports it. */
const react18: Alias[] = [
  { find: /^react$/, replacement: 'react-18' },
  { find: /^react\/(.*)$/, replacement: 'react-18/$1' },
  { find: /^react-dom$/, replacement: 'react-dom-18' },
  // The build for browsers in jsdom as well: the one for Node needs modules that a bundle of it does not find.
  { find: /^react-dom\/server$/, replacement: 'react-dom-18/server.browser' },
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
  'react-use-websocket',
  'react-use-websocket/dist/lib/use-websocket',
  'rxjs',
  'rxjs/fetch',
  'rxjs/webSocket',
  'swr',
  'swr/infinite',
  'swr/subscription',
  'zustand',
  'zustand/middleware',
  'zustand/vanilla',
];

/** A headless Chromium. A function, because two projects must not share one of these objects. */
async function chromium() {
  const { playwright } = await import('@vitest/browser-playwright');
  const executablePath = findChromium();
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    // Until the page is loaded.
    connectTimeout: HANG_MS,
    provider: playwright({ launchOptions: { ...(executablePath && { executablePath }), args: quietFlags } }),
    // A phone's width, which is the default, changes what the devtools show.
    viewport: { width: 1_280, height: 800 },
    instances: [{ browser: 'chromium' as const }],
  };
}

type Project = TestProjectInlineConfiguration;

/**
 * Projects of one group run side by side. The first group uses the processor all the time. Those of the second mostly wait for
 * real time, for frames or for a browser: real sockets and pages share one worker, Chromium and the stories have one each.
 */
const projects: Readonly<Record<string, () => Project | Promise<Project>>> = {
  node: () => ({
    plugins: [mutate()],
    resolve: { alias: everwire },
    test: {
      name: 'node',
      environment: 'node',
      include: ['test/node/**/*.test.ts'],
      ...timeouts,
      maxWorkers: WORKERS,
      sequence: { groupOrder: 0 },
    },
  }),
  jsdom: () => ({
    plugins: [mutate()],
    resolve: { alias: everwire },
    test: {
      name: 'jsdom',
      environment: 'jsdom',
      include: ['test/react/**/*.test.tsx', 'test/reliability/**/*.test.tsx', '.storybook/code/*.test.tsx'],
      setupFiles: ['test/setup/testing-library.ts'],
      ...timeouts,
      ...shared,
      maxWorkers: WORKERS,
      sequence: { groupOrder: 0 },
    },
  }),
  'jsdom-react18': () => ({
    resolve: { alias: [...everwire, ...react18] },
    test: {
      name: 'jsdom-react18',
      environment: 'jsdom',
      include: ['test/react/**/*.test.tsx'],
      ...inShort,
      setupFiles: ['test/setup/testing-library.ts', 'test/setup/react-18.ts'],
      // Node resolves the imports between packages itself, without the aliases. Bundled and inlined, they follow them.
      deps: { optimizer: { client: { enabled: true, include: browserDependencies } } },
      server: { deps: { inline: [/\/\.vite\/vitest\//] } },
      ...timeouts,
      ...shared,
      maxWorkers: WORKERS,
      sequence: { groupOrder: 0 },
    },
  }),
  reliability: () => ({
    // One at a time: it measures real time, on real sockets.
    plugins: [mutate()],
    resolve: { alias: everwire },
    test: {
      name: 'reliability',
      environment: 'node',
      include: ['test/reliability/**/*.test.ts'],
      ...timeouts,
      maxWorkers: 1,
      sequence: { groupOrder: 1 },
    },
  }),
  page: () => ({
    // Pages that go offline, freeze and come back, in a Chromium of their own.
    resolve: { alias: everwire },
    test: {
      name: 'page',
      environment: 'node',
      include: ['test/page/**/*.test.ts'],
      // Vite, which serves those pages, takes longer than the tests.
      exclude: [
        ...configDefaults.exclude,
        ...(isFull ? [] : ['test/page/hot-update.test.ts']),
        // Only in `npm run test:tabs`.
        ...(process.env['EVERWIRE_TABS'] ? [] : ['test/page/tabs/voyage.test.ts']),
      ],
      ...timeouts,
      maxWorkers: 1,
      sequence: { groupOrder: 1 },
    },
  }),
  types: () => ({
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
  }),
  chromium: async () => ({
    resolve: { alias: everwire },
    optimizeDeps: { include: browserDependencies },
    test: {
      name: 'chromium',
      include: ['test/react/**/*.test.tsx', 'test/browser/**/*.test.{ts,tsx}'],
      ...inShort,
      setupFiles: ['test/setup/no-page-signals.ts', 'test/setup/testing-library.ts'],
      globalSetup: ['test/setup/ws-server.ts'],
      browser: await chromium(),
      ...timeouts,
      ...shared,
      maxWorkers: 1,
      sequence: { groupOrder: 1 },
    },
  }),
  'chromium-react18': async () => ({
    // In `npm run reliability` and `npm run test:browser`; `npm test` runs React 18 in jsdom.
    resolve: { alias: [...everwire, ...react18] },
    optimizeDeps: { include: browserDependencies },
    test: {
      name: 'chromium-react18',
      include: ['test/react/**/*.test.tsx'],
      setupFiles: [
        'test/setup/no-page-signals.ts',
        'test/setup/testing-library.ts',
        'test/setup/react-18.ts',
      ],
      globalSetup: ['test/setup/ws-server.ts'],
      browser: await chromium(),
      ...timeouts,
      ...shared,
      maxWorkers: 1,
      sequence: { groupOrder: 2 },
    },
  }),
  storybook: async () => {
    const { storybookTest } = await import('@storybook/addon-vitest/vitest-plugin');
    return {
      plugins: [storybookTest({ configDir: `${root}/.storybook` })],
      optimizeDeps: { include: browserDependencies },
      test: {
        name: 'storybook',
        setupFiles: ['test/setup/no-page-signals.ts', 'test/setup/paced-time.ts'],
        browser: await chromium(),
        ...timeouts,
        // One page for all stories, as in Storybook itself.
        isolate: false,
        maxWorkers: 1,
        sequence: { groupOrder: 1 },
      },
    };
  },
};

/** The projects that the command names, or all of them. Not all are made and left out: that alone takes seconds of each start. */
function wantedProjects(): readonly string[] {
  const names = Object.keys(projects);
  const asked = process.argv.flatMap((word, index, words) => {
    if (word === '--project') return [words[index + 1] ?? ''];
    return word.startsWith('--project=') ? [word.slice('--project='.length)] : [];
  });
  // Patterns are read by vitest itself.
  return asked.length > 0 && asked.every((name) => names.includes(name)) ? asked : names;
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
        'tanstack-query/**/*.ts',
        'tabs/**/*.ts',
        'src/**/*.ts',
      ],
      reporter: ['text', 'html'],
    },
    projects: await Promise.all(wantedProjects().map((name) => projects[name]?.() ?? {})),
  },
});

/**
 * A component is edited while the app runs: Vite's own dev server and React's Fast Refresh, in Chromium. What the hooks have
 * collected stays, and a service that its module replaces is disposed of.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { createFakeServer, type FakeServer } from 'everwire/testing';
import { type Browser, chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { findChromium, quietFlags } from '../../scripts/chromium.mjs';
import { eventually, PATIENCE_MS } from '../support/patience.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let browser: Browser;
beforeAll(async () => {
  const executablePath = findChromium();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: quietFlags });
});
afterAll(() => browser.close());

const main = `
  import { createRoot } from 'react-dom/client';
  import { App } from './app.tsx';
  createRoot(document.body.appendChild(document.createElement('main'))).render(<App />);
`;

/** The module of docs/services.md. */
const connection = (url: string, version: number): string => `
  ${readFileSync(join(root, 'test/page/hot/chat.ts'), 'utf8').replace('wss://example.com/ws', url)}
  export const version = ${version};
`;

const app = ({ title = 'one', factor = 1, name = "'n'" } = {}): string => `
  import { useConnectionStatus, useWsEvent, useWsEventHandler, useWsEvents, useWsReducer, useWsStream } from 'everwire';
  import { map, scan } from 'rxjs';
  import { chat as service, version } from './connection.ts';
  export function App() {
    const name = ${name};
    const list = useWsEvents(name, { service }).map((event) => event.data);
    const sum = useWsReducer(name, (total, event) => total + ${factor} * event.data, 0, { service });
    const odd = useWsEvent(name, { where: (event) => event.data % 2 === 1, service })?.data;
    const total = useWsStream(name, (n$) => n$.pipe(scan((count, event) => count + ${factor} * event.data, 0)), [], 0, { service });
    useWsEventHandler(name, () => { window.heard = (window.heard ?? 0) + 1; }, { service });
    const status = useConnectionStatus({ service });
    return <output>{JSON.stringify({ title: '${title}', version, status, list, sum, odd, total, heard: window.heard ?? 0 })}</output>;
  }
`;

interface Shown {
  readonly title: string;
  readonly version: number;
  readonly status: string;
  readonly list: readonly number[];
  readonly sum: number;
  readonly odd?: number;
  readonly total: number;
  readonly heard: number;
}

it('keeps what the hooks have collected when their component is edited', async () => {
  const { server, edit, until, emit } = await openApp();
  emit(1, 2);
  await until({ title: 'one', list: [1, 2], sum: 3, odd: 1, total: 3 });
  edit('app.tsx', app({ title: 'two', factor: 10 }));
  // A pipeline is code that was edited: it starts again. Everything else goes on.
  const shown = await until({ title: 'two' });
  expect(shown).toMatchObject({ list: [1, 2], sum: 3, odd: 1, total: 0, heard: 2 });
  emit(3);
  expect(await until({ list: [1, 2, 3] })).toMatchObject({ sum: 33, odd: 3, total: 30 });
  edit('app.tsx', app({ title: 'three', name: "'other'" }));
  // Edited names are other names.
  expect(await until({ title: 'three' })).toMatchObject({ list: [], sum: 0, total: 0 });
  expect(liveLinks(server)).toBe(1);
});

it('disposes of the service that a hot update of its module replaces', async () => {
  const { server, url, edit, until, emit } = await openApp();
  emit(1);
  await until({ version: 1, list: [1] });
  edit('connection.ts', connection(url, 2));
  await until({ version: 2, status: 'connected' });
  await eventually(() => expect(liveLinks(server)).toBe(1));
  emit(2);
  expect(await until({ list: [2] })).toMatchObject({ sum: 2, total: 2, heard: 2 });
});

async function openApp() {
  const server = createFakeServer();
  const { url, close } = await server.listen({ WebSocketServer });
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'everwire-hot-')));
  const edit = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  edit(
    'index.html',
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/main.tsx"></script>',
  );
  edit('main.tsx', main);
  edit('connection.ts', connection(url, 1));
  edit('app.tsx', app());
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const vite = await createServer({
    configFile: false,
    root: folder,
    cacheDir: join(folder, '.vite'),
    logLevel: 'silent',
    // Only the app's own files: a package in node_modules is not prepared for Fast Refresh either.
    plugins: [react({ include: [/everwire-hot-[^/]*\/[^/]*\.tsx$/] })],
    resolve: {
      alias: [{ find: /^everwire$/, replacement: join(root, 'index.ts') }],
      dedupe: ['react', 'react-dom'],
    },
    optimizeDeps: {
      include: [
        'react',
        'react-dom',
        'react-dom/client',
        'react/jsx-dev-runtime',
        'rxjs',
        'zustand',
        'zustand/vanilla',
        'observable-hooks',
      ],
    },
    server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  onTestFinished(async () => {
    await page.close();
    await vite.close();
    await close();
    server.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  await vite.listen();
  const [home] = vite.resolvedUrls?.local ?? [];
  if (home === undefined) throw new Error('Vite has no address.');
  await page.goto(home);
  const until = (wanted: Partial<Shown>): Promise<Shown> =>
    eventually(async () => {
      const shown = await read(page);
      expect(shown).toMatchObject(wanted);
      return shown;
    });
  await until({ status: 'connected' });
  const emit = (...numbers: readonly number[]): void => {
    for (const n of numbers) server.emit('n', n);
  };
  return { server, url, edit, until, emit } satisfies { server: FakeServer } & Record<string, unknown>;
}

function liveLinks({ connections }: FakeServer): number {
  return connections.filter(({ live }) => live).length;
}

async function read(page: Page): Promise<Shown> {
  return JSON.parse(await page.locator('output').innerText({ timeout: 1_000 })) as Shown;
}

/**
 * An app in a real browser notices each fault of the fake server on a real port. With Playwright, as in
 * docs/testing.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { createFakeServer, type FakeServer } from 'everwire/testing';
import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { findChromium, quietFlags } from '../../scripts/chromium.mjs';
import { eventually, PATIENCE_MS } from '../support/patience.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let browser: Browser;
/** One for all tests, because a new one takes longer than a test. */
let context: BrowserContext;
let home: string;
let closeSite: () => Promise<void>;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions());
  context = await browser.newContext();
  [home, closeSite] = await openSite();
});
afterAll(async () => {
  await browser.close();
  await closeSite();
});

describe('an app on a real port', () => {
  it('shows emitted events, and its messages arrive', async () => {
    const { server, page } = await openedPage();
    await server.connected();
    server.emit('posted', { id: '1', text: 'Good morning' });
    await page.getByText('Good morning').waitFor();
    const said = server.message('say');
    await page.getByText('Say hello').click();
    expect((await said).data).toEqual({ text: 'Hello' });
    server.handle('count', () => 42);
    await page.getByText('Count').click();
    await page.getByText('42 posts').waitFor();
  });

  it('reconnects after a drop, with the events sent meanwhile', async () => {
    const { server, page } = await openedPage();
    await server.connected();
    server.emit('posted', { id: '1', text: 'Good morning' });
    await page.getByText('Good morning').waitFor();
    // Until the page was seen without a link, however long a look at it takes.
    server.refuse();
    server.drop();
    await hasStatus(page, 'reconnecting');
    server.emit('posted', { id: '2', text: 'Sent meanwhile' });
    server.refuse(false);
    await page.getByText('Sent meanwhile').waitFor();
    await hasStatus(page, 'connected');
    expect(outcomesOf(server)).toEqual(['new-session', 'resumed']);
    expect(await page.getByText('Posts may be missing').count()).toBe(0);
  });

  it('gets a missed-events notice after a restart', async () => {
    const { server, page } = await openedPage();
    await server.connected();
    await hasStatus(page, 'connected');
    server.restart();
    await page.getByText('Posts may be missing: new-session').waitFor();
  });

  it('connects when the server stops refusing', async () => {
    const { server, page } = await openedPage((server) => server.refuse());
    await hasStatus(page, 'reconnecting');
    expect(server.connections).toEqual([]);
    server.refuse(false);
    await hasStatus(page, 'connected');
    expect(server.handshakes[0]?.outcome).toBe('refused');
    expect(outcomesOf(server)).toEqual(['new-session']);
  });

  it('shows why the server closed the link', async () => {
    const { server, page } = await openedPage();
    await server.connected();
    server.close(4401, 'expired');
    // There is no token to renew.
    await hasStatus(page, 'disconnected');
    expect(server.attempts).toBe(1);
  });
});

// Its runner starts another Chromium: in `npm run reliability`.
describe.runIf(process.env['EVERWIRE_RELIABILITY'] === 'full')('the tests of docs/testing.md', () => {
  it("pass in Playwright's own runner", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'everwire-playwright-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const config = {
      testDir: join(root, 'test/react/testing/guide/e2e'),
      outputDir: join(folder, 'results'),
      workers: 1,
      reporter: 'line',
      timeout: PATIENCE_MS,
      expect: { timeout: PATIENCE_MS },
      use: { baseURL: home, launchOptions: launchOptions() },
    };
    writeFileSync(join(folder, 'playwright.config.mjs'), `export default ${JSON.stringify(config)};`);
    const runner = spawn(
      process.execPath,
      [join(root, 'node_modules/playwright/cli.js'), 'test', '--config', folder],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const words: string[] = [];
    for (const stream of [runner.stdout, runner.stderr])
      stream.on('data', (chunk) => words.push(String(chunk)));
    const [code] = await once(runner, 'close');
    expect(code, words.join('')).toBe(0);
    expect(words.join('')).toContain('2 passed');
  });
});

function launchOptions(): LaunchOptions {
  const executablePath = findChromium();
  return { ...(executablePath && { executablePath }), args: quietFlags };
}

interface Opened {
  readonly server: FakeServer;
  readonly page: Page;
}

/** A page with the app, and the server that it connects to. */
async function openedPage(prepare: (server: FakeServer) => void = () => undefined): Promise<Opened> {
  // The link that the server believes alive may be dead: a new link takes over its session.
  const server = createFakeServer({ resume: 'takeover' });
  prepare(server);
  const door = await server.listen({ WebSocketServer });
  const page = await context.newPage();
  onTestFinished(async () => {
    await page.close();
    await door.close();
    server.dispose();
  });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript((socketUrl) => Object.assign(window, { socketUrl }), door.url);
  await page.goto(home);
  return { server, page };
}

/** Of the links. How many attempts are refused before one depends on how busy the machine is. */
function outcomesOf({ handshakes }: FakeServer) {
  return handshakes.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'refused');
}

function hasStatus(page: Page, status: string): Promise<void> {
  return eventually(async () => expect(await page.getByRole('status').textContent()).toBe(status));
}

/** A server of one page, and how to close it. */
async function openSite(): Promise<[string, () => Promise<void>]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['test/react/testing/guide/main.tsx'],
    alias: { everwire: './index.ts' },
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const script = outputFiles[0]?.text ?? '';
  const site = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(
      isScript
        ? script
        : '<!doctype html><title>chat</title><link rel="icon" href="data:,"><body><script src="/page.js"></script>',
    );
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return [
    `http://127.0.0.1:${(site.address() as AddressInfo).port}/`,
    async () => {
      site.closeAllConnections();
      await new Promise((resolve) => site.close(resolve));
    },
  ];
}

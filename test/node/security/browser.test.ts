/**
 * In a real browser, the token appears nowhere but in the handshake, and the browser's cookie and origin rules hold.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { IWebSocketConfig, WebSocketService } from 'everwire/core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { findChromium, quietFlags } from '../../../scripts/chromium.mjs';
import { eventually, PATIENCE_MS } from '../../support/patience.ts';

const TOKEN = 'canary-4711';

/** A page and a WebSocket server at one address. Both `localhost` and `127.0.0.1` lead to it. */
interface Site {
  readonly port: number;
  /** What each handshake contained. */
  readonly handshakes: { readonly url: string; readonly headers: IncomingMessage['headers'] }[];
  readonly messages: string[];
  readonly reports: string[];
  policy: string;
}

let browser: Browser;
/** One for all tests, because a new one takes longer than a test. Each visit begins without cookies. */
let context: BrowserContext;
let script = '';

beforeAll(async () => {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('../../../', import.meta.url)),
    stdin: {
      contents: `import { createWebSocketService } from './src/index.ts'; globalThis.service = createWebSocketService();`,
      resolveDir: fileURLToPath(new URL('../../../', import.meta.url)),
    },
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  script = outputFiles[0]?.text ?? '';
  const executablePath = findChromium();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: quietFlags });
  context = await browser.newContext();
});

afterAll(() => browser.close());

async function openSite(): Promise<Site> {
  const site = { port: 0, handshakes: [], messages: [], reports: [], policy: '' } as {
    -readonly [Key in keyof Site]: Site[Key];
  };
  const server = createServer((request, response) => {
    if (request.url === '/report') {
      request.on('data', (part) => site.reports.push(String(part)));
      response.end();
      return;
    }
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.setHeader('set-cookie', ['lax=1; SameSite=Lax', 'strict=1; SameSite=Strict']);
    if (site.policy !== '') response.setHeader('content-security-policy', site.policy);
    response.end(isScript ? script : '<!doctype html><title>page</title><script src="/page.js"></script>');
  });
  const sockets = new WebSocketServer({
    server,
    handleProtocols: (offered) => (offered.has('everwire') ? 'everwire' : false),
  });
  sockets.on('connection', (socket, { url = '', headers }) => {
    site.handshakes.push({ url, headers });
    socket.on('message', (message) => site.messages.push(String(message)));
    socket.send('{"event":"hello","data":{"connection_id":"private"},"seq":0}');
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  site.port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  return site;
}

interface Visit {
  readonly page: Page;
  /** What the browser printed to its console. */
  readonly printed: readonly string[];
}

/** Opens a page of one site, in a browser that has visited the others before. */
async function visit(address: string, before: readonly string[] = []): Promise<Visit> {
  await context.clearCookies();
  const page = await context.newPage();
  onTestFinished(() => page.close());
  page.setDefaultTimeout(PATIENCE_MS);
  const printed: string[] = [];
  page.on('console', (message) => printed.push(message.text()));
  for (const one of [...before, address]) await page.goto(one);
  return { page, printed };
}

interface Outcome {
  readonly status: string;
  readonly connectionId: string | null;
  readonly codes: readonly string[];
  /** Everything that a script of the page can read. */
  readonly known: string;
  /** The reports about violations of the page's policy. */
  readonly blocked: readonly string[];
}

/** Connects, and waits for the outcome. */
function connect(page: Page, config: IWebSocketConfig): Promise<Outcome> {
  return page.evaluate(async (given) => {
    const { service } = globalThis as unknown as { readonly service: WebSocketService };
    const codes: string[] = [];
    const blocked: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ blockedURI }) => blocked.push(blockedURI));
    service.errors$.subscribe(({ code }) => codes.push(code));
    const before = history.length;
    service.connect({ reconnectAttempts: 0, ...given });
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const { connectionId, status } = service.store.getState();
        if (connectionId !== null || status === 'disconnected') resolve();
      };
      service.store.subscribe(look);
      look();
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { status, connectionId } = service.store.getState();
    const entries = performance.getEntries().map(({ name }) => name);
    const known = [...entries, location.href, document.referrer, document.cookie, history.length - before];
    return { status, connectionId, codes, known: known.join(' '), blocked };
  }, config);
}

describe('the token of a connection', () => {
  it.each(['query', 'message', 'subprotocol'] as const)(
    'with auth %s is only where it should be',
    async (auth) => {
      const site = await openSite();
      const { page, printed } = await visit(`http://localhost:${site.port}/`);
      const outcome = await connect(page, { url: `ws://localhost:${site.port}/ws`, token: TOKEN, auth });
      expect(outcome).toMatchObject({ status: 'connected', codes: [] });
      const [handshake] = site.handshakes;
      const { 'sec-websocket-protocol': offered, ...headers } = handshake?.headers ?? {};
      const encoded = Buffer.from(TOKEN).toString('base64url');
      expect({
        address: handshake?.url.includes(TOKEN),
        subprotocol: offered === `everwire, everwire.token.${encoded}`,
        message: site.messages.some((message) => message.includes(TOKEN)),
      }).toEqual({
        address: auth === 'query',
        subprotocol: auth === 'subprotocol',
        message: auth === 'message',
      });
      expect(JSON.stringify(headers)).not.toMatch(new RegExp(`${TOKEN}|${encoded}`));
      expect(headers).not.toHaveProperty('referer');
      // No entry in the performance timeline, and no step in the history.
      expect(outcome.known).not.toContain(TOKEN);
      expect(outcome.known).toMatch(/ 0$/);
      expect(printed).toEqual([]);
    },
  );

  it.each([
    ['query', true],
    ['message', false],
    ['subprotocol', false],
  ] as const)(
    'with auth %s appears on the console when the connection fails: %s',
    async (auth, isPrinted) => {
      const site = await openSite();
      const { page, printed } = await visit(`http://localhost:${site.port}/`);
      const { codes } = await connect(page, { url: 'ws://localhost:1/ws', token: TOKEN, auth });
      expect(codes).toEqual(['connection-failed', 'attempts-exhausted']);
      await eventually(() => expect(printed.join()).toContain('ws://localhost:1/ws'));
      expect(printed.join().includes(TOKEN)).toBe(isPrinted);
    },
  );
});

describe('a Content-Security-Policy', () => {
  const strict = "default-src 'none'; script-src 'self'; report-uri /report; connect-src";

  it("allows the connection with the address in connect-src, or with 'self' for the page's own host, and needs nothing else", async () => {
    const [home, other] = [await openSite(), await openSite()];
    for (const [source, { port }] of [
      [`ws://localhost:${other.port}`, other],
      ["'self'", home],
    ] as const) {
      home.policy = `${strict} ${source}`;
      const { page } = await visit(`http://localhost:${home.port}/`);
      const outcome = await connect(page, { url: `ws://localhost:${port}/ws`, token: TOKEN });
      expect(outcome).toMatchObject({ status: 'connected', blocked: [] });
    }
    expect(home.reports).toEqual([]);
  });

  it.each([
    ['query', true],
    ['message', false],
  ] as const)(
    'that blocks it looks like a server that is down, and its report contains the address, and the token with auth %s: %s',
    async (auth, isTold) => {
      const [home, other] = [await openSite(), await openSite()];
      home.policy = `${strict} 'self'`;
      const { page, printed } = await visit(`http://localhost:${home.port}/`);
      const url = `ws://localhost:${other.port}/ws`;
      const outcome = await connect(page, { url, token: TOKEN, auth, connectTimeout: 1_000 });
      expect(outcome.status).toBe('disconnected');
      // Chromium sends no close event for it, so it may take until the timeout.
      expect(outcome.codes.join()).toMatch(/^(connection-failed|connect-timeout),attempts-exhausted$/);
      expect(other.handshakes).toEqual([]);
      for (const told of [home.reports, outcome.blocked, printed]) {
        // The reports and the console come by themselves, and on a busy machine later than the outcome.
        await eventually(() => expect(told.join()).toContain(`localhost:${other.port}`));
        expect(told.join().includes(TOKEN)).toBe(isTold);
      }
    },
  );
});

describe('the cookies of a server', () => {
  it('are sent from every page of the same site, from another port too, SameSite=Strict ones as well', async () => {
    const [server, foreign] = [await openSite(), await openSite()];
    const { page } = await visit(`http://localhost:${foreign.port}/`, [`http://localhost:${server.port}/`]);
    const outcome = await connect(page, { url: `ws://localhost:${server.port}/ws`, auth: 'none' });
    expect(server.handshakes[0]?.headers).toMatchObject({
      origin: `http://localhost:${foreign.port}`,
      cookie: 'lax=1; strict=1',
    });
    // No cross-origin rule blocks what the server then sends.
    expect(outcome).toMatchObject({ status: 'connected', connectionId: 'private' });
  });

  it('are not sent from another site if they are SameSite, but the connection opens', async () => {
    const [server, foreign] = [await openSite(), await openSite()];
    const { page } = await visit(`http://127.0.0.1:${foreign.port}/`, [`http://localhost:${server.port}/`]);
    const outcome = await connect(page, { url: `ws://localhost:${server.port}/ws`, auth: 'none' });
    expect(server.handshakes[0]?.headers.cookie).toBeUndefined();
    expect(server.handshakes[0]?.headers.origin).toBe(`http://127.0.0.1:${foreign.port}`);
    expect(outcome).toMatchObject({ status: 'connected', connectionId: 'private' });
  });
});

/** The recipes of docs/hub-recipes.md run as they stand: the contract, a resume, a publish over HTTP, and a SIGTERM. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { WebSocketConstructor } from 'everwire/core';
import { checkServer } from 'everwire/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ExampleOptions, type ExampleServer, runExample } from '../../support/example-server.ts';
import { nextEvent, record, untilState } from '../../support/service.ts';

interface Recipe extends ExampleOptions {
  readonly file: string;
  readonly routes: 'HTTP' | 'none';
}

const path = '/live';
const recipes: readonly Recipe[] = [
  { file: 'examples/servers/recipes/ws.mjs', routes: 'none' },
  { file: 'examples/servers/recipes/express.mjs', routes: 'HTTP' },
  { file: 'examples/servers/recipes/fastify.mjs', routes: 'HTTP' },
  {
    file: 'examples/servers/recipes/next.mjs',
    routes: 'none',
    inPlaceOf: { next: './test/support/next-server.ts' },
  },
  {
    file: 'examples/servers/recipes/uwebsockets.mjs',
    routes: 'none',
    inPlaceOf: { 'uWebSockets.js': './test/support/u-web-sockets.ts' },
  },
];

describe.each(recipes)('the recipe $file', ({ file, routes, inPlaceOf = {} }) => {
  let server: ExampleServer;
  let url = '';
  beforeAll(async () => {
    server = await runExample(file, { path, inPlaceOf });
    url = `${server.url}${path}`;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('has the hub of the page', () => {
    expect(readFileSync(file, 'utf8')).toContain("from './realtime.mjs'");
  });

  it('does what docs/protocol.md says', async () => {
    const results = await checkServer({
      url,
      token: 'secret',
      otherToken: 'secret-too',
      trigger: { event: 'say', data: { text: 'hi' } },
      WebSocket,
    });
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  it('keeps the session of a client whose link breaks, and sends what it missed', async () => {
    const { service, events, missed, sockets } = await connect(url);
    const { connectionId } = service.store.getState();
    const posted = nextEvent(service, 'posted');
    service.send('say', { text: 'one' });
    await posted;
    sockets[0]?.destroy();
    const other = await connect(url, 'secret-too');
    const heard = nextEvent(service, 'posted');
    other.service.send('say', { text: 'two' });
    expect((await heard).data).toEqual({ from: 'bo', text: 'two' });
    expect(service.store.getState().connectionId).toBe(connectionId);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(missed).toEqual([]);
  });

  it('signs in with a token in the subprotocol too', async () => {
    const { service } = record();
    service.connect({ url, token: 'secret', auth: 'subprotocol', WebSocket: client });
    await untilState(service, ({ connectionId }) => connectionId !== null);
    expect(await service.request('add', { a: 20, b: 22 })).toBe(42);
  });

  it('closes with 1009 for a frame that is too large, and with 1007 for one that is no JSON', async () => {
    const closedWith = async (frame: string): Promise<number> => {
      const socket = new WebSocket(`${url}?token=secret`);
      await once(socket, 'message');
      socket.send(frame);
      const [code] = await once(socket, 'close');
      return code;
    };
    expect(await closedWith('x'.repeat(70_000))).toBe(1009);
    expect(await closedWith('no JSON')).toBe(1007);
  });

  if (routes === 'HTTP')
    it('publishes from a route', async () => {
      const { port } = server;
      const { service } = await connect(url);
      const announced = nextEvent(service, 'announced');
      const response = await fetch(`http://127.0.0.1:${port}/announcements`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'The train is late.' }),
      });
      expect(response.status).toBe(202);
      expect((await announced).data).toEqual({ text: 'The train is late.' });
    });

  if (file.endsWith('/next.mjs'))
    it('leaves pages, and the sockets for hot reloading, to Next', async () => {
      const { port } = server;
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('A page');
      const socket = new WebSocket(`${server.url}/_next/webpack-hmr`);
      const [text] = await once(socket, 'message');
      expect(String(text)).toBe('hot reloading');
      socket.terminate();
    });

  // The last one: the server is gone afterwards.
  it('closes its sockets with 1012 on SIGTERM, and ends', async () => {
    const { child } = server;
    const { service } = await connect(url);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const { lastClose } = await untilState(service, ({ status }) => status === 'reconnecting');
    expect(lastClose).toMatchObject({ code: 1012 });
    service.disconnect();
    expect(await exited).toEqual([0, null]);
  });
});

const client = WebSocket as unknown as WebSocketConstructor;

/** A client that has its session, and its TCP links. */
async function connect(url: string, token = 'secret') {
  const sockets: Socket[] = [];
  class Watched extends WebSocket {
    constructor(address: string, protocols?: string[]) {
      super(address, protocols);
      this.on('upgrade', ({ socket }) => sockets.push(socket));
    }
  }
  const recorded = record();
  recorded.service.connect({
    url,
    token,
    WebSocket: Watched as unknown as WebSocketConstructor,
    reconnectDelay: 20,
    reconnectJitter: 0,
  });
  await untilState(recorded.service, ({ connectionId }) => connectionId !== null);
  return { ...recorded, sockets };
}

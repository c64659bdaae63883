/** Do the servers on the page work? Each is cut out of its document, run as it stands, and connected to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { WebSocketConstructor } from 'everwire/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { nextError, nextEvent, record, untilState } from '../../support/service.ts';

const client = WebSocket as unknown as WebSocketConstructor;

/** The first JavaScript of a document. */
function codeOf(document: string): string {
  const code = /```js\n([\s\S]*?)```/.exec(readFileSync(document, 'utf8'))?.[1];
  if (code === undefined) throw new Error(`${document} has no JavaScript.`);
  return code;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs the code of a document on a port of its own. Resolves when something answers there. */
async function runServer(document: string): Promise<string> {
  const port = await freePort();
  // Inside the repository, so that it finds `ws` as a user's own file would.
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.everwire-docs-'));
  const file = join(folder, 'server.mjs');
  const code = codeOf(document);
  expect(code).toContain('port: 8080');
  writeFileSync(file, code.replace('port: 8080', `port: ${port}, host: '127.0.0.1'`));
  const server: ChildProcess = spawn(process.execPath, [file], {
    stdio: 'inherit',
  });
  onTestFinished(() => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `ws://127.0.0.1:${port}`;
  for (;;) {
    const isUp = await new Promise<boolean>((resolve) => {
      const probe = new WebSocket(url);
      probe.on('open', () => resolve(true));
      probe.on('error', () => resolve(false));
      probe.on('open', () => probe.close());
    });
    if (isUp) return url;
  }
}

describe('the server of README.md', () => {
  it('ticks, posts and answers', async () => {
    const url = await runServer('README.md');
    const { service } = record();
    service.connect({ url, WebSocket: client });
    await untilState(service, ({ connectionId }) => connectionId !== null);
    const posted = nextEvent(service, 'posted');
    service.send('say', { text: 'Hello' });
    expect((await posted).data).toMatchObject({ text: 'Hello' });
    expect(await service.request('add', { a: 20, b: 22 })).toBe(42);
    expect((await nextEvent(service, 'tick')).data).toMatchObject({ now: expect.any(String) });
  });
});

describe('the server of docs/server.md', () => {
  it('takes a lost link up again, without a notice', async () => {
    const url = await runServer('docs/server.md');
    const sockets: WebSocket[] = [];
    class Watched extends WebSocket {
      constructor(address: string, protocols?: string[]) {
        super(address, protocols);
        sockets.push(this);
      }
    }
    const { service, events, missed } = record();
    service.connect({
      url,
      token: 'secret',
      WebSocket: Watched as never,
      reconnectDelay: 50,
      reconnectJitter: 0,
    });
    await nextEvent(service, 'tick');
    (sockets[0] as unknown as { _socket: Socket })._socket.destroy();
    await untilState(service, ({ status }) => status === 'reconnecting');
    await untilState(service, ({ status }) => status === 'connected');
    await nextEvent(service, 'tick');
    expect(missed).toEqual([]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events.filter(({ event }) => event === 'hello')).toHaveLength(1);
  });

  it('refuses a token with 4401, which the client tells', async () => {
    const url = await runServer('docs/server.md');
    const { service } = record();
    const told = nextError(service, 'unauthorized');
    service.connect({ url, token: 'wrong', WebSocket: client });
    await told;
    expect(service.store.getState()).toMatchObject({ reason: 'unauthorized', lastClose: { code: 4401 } });
  });
});

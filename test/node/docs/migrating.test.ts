/** The server in docs/migrating.md serves old and new clients. It is extracted from the page and run. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { WebSocketConstructor } from 'everwire/core';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { nextEvent, record, untilState } from '../../support/service.ts';

it('the server beside Socket.IO in docs/migrating.md serves both kinds of clients', async () => {
  const port = await freePort();
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.everwire-docs-'));
  const code = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/migrating.md', 'utf8'))?.[1] ?? '';
  expect(code).toContain('{ port: 8080 }');
  const file = join(folder, 'server.mjs');
  writeFileSync(file, code.replace('port: 8080', `port: ${port}, host: '127.0.0.1'`));
  const server = spawn(process.execPath, [file], { stdio: 'inherit' });
  const theirs = io(`http://127.0.0.1:${port}`, { reconnectionDelay: 50, transports: ['websocket'] });
  onTestFinished(() => {
    theirs.disconnect();
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const { service, missed } = record();
  service.connect({
    url: `ws://127.0.0.1:${port}/ws`,
    WebSocket: WebSocket as unknown as WebSocketConstructor,
    reconnectDelay: 50,
    reconnectJitter: 0,
    reconnectAttempts: Number.POSITIVE_INFINITY,
  });
  await untilState(service, ({ connectionId }) => connectionId !== null);
  if (!theirs.connected) await new Promise<void>((resolve) => void theirs.once('connect', () => resolve()));

  for (const say of [
    () => service.send('say', { text: 'Hello' }),
    () => theirs.emit('say', { text: 'Hello' }),
  ]) {
    const here = nextEvent(service, 'posted');
    const there = new Promise((resolve) => void theirs.once('posted', resolve));
    say();
    const { data } = await here;
    expect(data).toMatchObject({ text: 'Hello' });
    expect(await there).toEqual(data);
  }
  expect(await service.request('add', { a: 20, b: 22 })).toBe(42);
  expect(await theirs.timeout(5_000).emitWithAck('add', { a: 20, b: 22 })).toBe(42);
  expect(missed).toEqual([]);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The server in README.md works as it stands. For the servers in docs/server.md, see servers.test.ts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { WebSocketConstructor } from 'everwire/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { nextEvent, record, untilState } from '../../support/service.ts';

const client = WebSocket as unknown as WebSocketConstructor;

/** The first block of JavaScript in a document. */
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

/** Runs the code of a document on a free port. Resolves when the server answers. */
async function runServer(document: string): Promise<string> {
  const port = await freePort();
  // Inside the repository, so that it finds `ws` as a file of the user's app would.
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

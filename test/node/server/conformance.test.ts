/** Our own servers do what docs/protocol.md says, and a server that does not is found. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { checkServer } from 'everwire/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { freePort } from '../../support/free-port.ts';
import { startHub } from '../../support/hub.ts';

const trigger = { event: 'say', data: { text: 'hi' } };

async function failuresOf(
  url: string,
  tokens: { token: string; otherToken: string; patienceMs?: number },
): Promise<string[]> {
  const results = await checkServer({ url, ...tokens, trigger, WebSocket });
  return results
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ title, words }) => `${title}: ${words}`);
}

describe('checkServer', () => {
  it('passes a hub', async () => {
    await using running = await startHub({
      authenticate: ({ token }) => (token === 'ada' || token === 'bo' ? { id: token } : null) as never,
      messages: {
        say: (data: unknown, session: { publish(event: string, data: unknown): unknown }) =>
          session.publish('posted', data),
      } as never,
    });
    expect(await failuresOf(running.url, { token: 'ada', otherToken: 'bo' })).toEqual([]);
  });

  it('passes the server in Node that docs/server.md shows', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, ['examples/servers/node-server.mjs'], {
      env: { ...process.env, PORT: String(port), HOST: '127.0.0.1' },
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await reachable(port);
    const tokens = { token: 'secret', otherToken: 'secret-too' };
    expect(await failuresOf(`ws://127.0.0.1:${port}`, tokens)).toEqual([]);
  });

  it('passes the server that docs/hub.md shows', async () => {
    const folder = mkdtempSync(join(import.meta.dirname, '.built-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const outfile = join(folder, 'hub.mjs');
    const entryPoints = ['examples/servers/hub.mjs'];
    const alias = { 'everwire/server': './server/index.ts' };
    await build({
      entryPoints,
      outfile,
      alias,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['ws'],
    });
    const port = await freePort();
    const child = spawn(process.execPath, [outfile], { env: { ...process.env, PORT: String(port) } });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await reachable(port);
    const results = await checkServer({ url: `ws://127.0.0.1:${port}`, token: 'secret', trigger, WebSocket });
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(10);
  });

  it('says what is wrong with a server that echoes', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    onTestFinished(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    server.on('connection', (socket) => {
      socket.send(JSON.stringify({ event: 'welcome', data: {} }));
      socket.on('message', (data) => socket.send(String(data)));
    });
    const { port } = server.address() as AddressInfo;
    const failures = await failuresOf(`ws://127.0.0.1:${port}`, {
      token: 'a',
      otherToken: 'b',
      patienceMs: 100,
    });
    expect(failures[0]).toContain('the first event is {"event":"welcome"');
    expect(failures.length).toBeGreaterThan(8);
  });

  it('does not check what it was given nothing for', async () => {
    await using running = await startHub();
    const results = await checkServer({ url: running.url, token: 'ada', WebSocket, patienceMs: 100 });
    expect(results.filter(({ outcome }) => outcome === 'not checked').length).toBe(5);
  });
});

async function reachable(port: number): Promise<void> {
  for (;;) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}?token=secret`);
    const isOpen = await new Promise((resolve) => {
      socket.once('open', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.terminate();
    if (isOpen) return;
  }
}

/** docs/security.md is right about the repository. Its server is run, and the tests that it names exist. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { chapters } from './chapters.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const text = readFileSync(join(root, 'docs', 'security.md'), 'utf8');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The outcome of a handshake with this Origin. */
function handshake(url: string, origin?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, origin === undefined ? {} : { origin });
    socket.on('message', (message) => {
      resolve(String(message));
      socket.close();
    });
    socket.on('unexpected-response', (_, { statusCode }) => resolve(`HTTP ${statusCode}`));
    socket.on('error', () => resolve('no server'));
  });
}

/** Runs the JavaScript of the page on a free port. Resolves when the server answers. */
async function runServer(): Promise<string> {
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const port = await freePort();
  // Inside the repository, so that it finds `ws` as a file of the user's app would.
  const folder = mkdtempSync(join(root, 'node_modules', '.everwire-docs-'));
  const file = join(folder, 'server.mjs');
  expect(code).toContain('port: 8080');
  writeFileSync(file, code.replace('port: 8080', `port: ${port}, host: '127.0.0.1'`));
  const server: ChildProcess = spawn(process.execPath, [file], { stdio: 'inherit' });
  onTestFinished(() => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `ws://127.0.0.1:${port}`;
  while ((await handshake(url)) === 'no server');
  return url;
}

describe('the server of the page', () => {
  it('accepts its own page and no other', async () => {
    const url = await runServer();
    expect(await handshake(url, 'https://app.example.com')).toContain('hello');
    for (const origin of [
      undefined,
      'null',
      'https://evil.example.com',
      'http://app.example.com',
      'https://app.example.com.evil.test',
      'https://app.example.com:8443',
    ]) {
      expect([origin, await handshake(url, origin)]).toEqual([origin, 'HTTP 401']);
    }
  });
});

describe('the page', () => {
  const named = [...new Set([...text.matchAll(/`([\w./-]+\.test\.tsx?)`/g)].map(([, file = '']) => file))];

  it.each(named)('names the test file %s, and it exists', (file) => {
    const path = file.startsWith('test/') ? file : join('test', 'node', file);
    expect(existsSync(join(root, path))).toBe(true);
  });

  it('states how many troubles the secrets test covers', () => {
    expect(named.length).toBeGreaterThan(5);
    expect(text).toContain(`through ${chapters.length} kinds of trouble`);
  });
});

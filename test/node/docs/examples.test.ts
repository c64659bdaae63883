/** The server in README.md works as it stands. For those that docs/server.md links to, see servers.test.ts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IWebSocketEvent, WebSocketConstructor } from 'everwire/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { type ExampleServer, runExample } from '../../support/example-server.ts';
import { hasRedis, startRedis } from '../../support/redis-server.ts';
import { nextEvent, record, untilState } from '../../support/service.ts';

const client = WebSocket as unknown as WebSocketConstructor;

/** The first block of JavaScript in a document. */
function codeOf(document: string): string {
  const code = /```js\n([\s\S]*?)```/.exec(readFileSync(document, 'utf8'))?.[1];
  if (code === undefined) throw new Error(`${document} has no JavaScript.`);
  return code;
}

/** Saves the code of a document, with a port that is not fixed. Returns the file. */
function saveServer(document: string): string {
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.everwire-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'server.mjs');
  const code = codeOf(document);
  expect(code).toContain('port: 8080');
  writeFileSync(file, code.replace('port: 8080', "port: Number(process.env.PORT), host: '127.0.0.1'"));
  return file;
}

/** Runs the file. Resolves when the server answers. */
async function run(file: string, args: readonly string[] = []): Promise<ExampleServer> {
  const server = await runExample(file, { args });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

describe('the server of README.md', () => {
  it('ticks and posts', async () => {
    const { url } = await run(saveServer('README.md'));
    const { service } = record();
    service.connect({ url, token: 'ada', WebSocket: client });
    await untilState(service, ({ connectionId }) => connectionId !== null);
    const posted = nextEvent(service, 'posted');
    service.send('say', { text: 'Hello' });
    expect((await posted).data).toMatchObject({ text: 'Hello' });
    expect((await nextEvent(service, 'tick')).data).toMatchObject({ id: expect.any(String) });
  });

  it.skipIf(!hasRedis)('on a Redis, the numbers continue after it was killed', async () => {
    await using redis = await startRedis();
    const file = saveServer('README.md');
    let server = await run(file, [redis.url]);
    const { service, events, missed } = record();
    service.connect({
      url: () => server.url,
      token: 'ada',
      WebSocket: client,
      reconnectDelay: 50,
      reconnectJitter: 0,
      reconnectAttempts: Number.POSITIVE_INFINITY,
    });
    await nextEvent(service, 'tick');
    server.child.kill('SIGKILL');
    await untilState(service, ({ status }) => status === 'reconnecting');
    const before = events.length;
    server = await run(file, [redis.url]);
    await nextEvent(service, 'tick');
    expect(events.length).toBeGreaterThan(before);
    expect(events.map(({ seq }: IWebSocketEvent) => seq)).toEqual(events.map((_, index) => index));
    expect(missed).toEqual([]);
  });
});

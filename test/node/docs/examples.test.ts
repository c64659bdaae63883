/** The server in README.md works as it stands. For the servers in docs/server.md, see servers.test.ts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WebSocketConstructor } from 'everwire/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { runExample } from '../../support/example-server.ts';
import { nextEvent, record, untilState } from '../../support/service.ts';

const client = WebSocket as unknown as WebSocketConstructor;

/** The first block of JavaScript in a document. */
function codeOf(document: string): string {
  const code = /```js\n([\s\S]*?)```/.exec(readFileSync(document, 'utf8'))?.[1];
  if (code === undefined) throw new Error(`${document} has no JavaScript.`);
  return code;
}

/** Runs the code of a document on a free port. Resolves when the server answers. */
async function runReadme(document: string): Promise<string> {
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.everwire-docs-'));
  const file = join(folder, 'server.mjs');
  const code = codeOf(document);
  expect(code).toContain('port: 8080');
  writeFileSync(file, code.replace('port: 8080', "port: Number(process.env.PORT), host: '127.0.0.1'"));
  const server = await runExample(file);
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  return server.url;
}

describe('the server of README.md', () => {
  it('ticks, posts and answers', async () => {
    const url = await runReadme('README.md');
    const { service } = record();
    service.connect({ url, token: 'ada', WebSocket: client });
    await untilState(service, ({ connectionId }) => connectionId !== null);
    const posted = nextEvent(service, 'posted');
    service.send('say', { text: 'Hello' });
    expect((await posted).data).toMatchObject({ text: 'Hello' });
    expect(await service.request('add', { a: 20, b: 22 })).toBe(42);
    expect((await nextEvent(service, 'tick')).data).toMatchObject({ now: expect.any(String) });
  });
});

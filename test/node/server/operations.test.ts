/** The servers that docs/hub.md and docs/operations.md link to run on a real Redis, one of them twice. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { WebSocketConstructor } from 'everwire/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { buildExample, type ExampleServer, runExample } from '../../support/example-server.ts';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { nextEvent, record, untilState } from '../../support/service.ts';

describe.skipIf(!hasRedis)('two processes on one Redis', () => {
  let redis: RedisServer;
  let servers: ExampleServer[];
  beforeAll(async () => {
    redis = await startRedis({ options: ['--appendonly', 'yes'] });
    const env = { REDIS_URL: redis.url, BALANCER_MS: '0', DRAIN_MS: '100' };
    const options = { path: '/live', env };
    servers = await Promise.all([1, 2].map(() => runExample('examples/servers/cluster.mjs', options)));
  });
  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  it('continue each other: a client whose process was killed has missed nothing', async () => {
    const [first, second] = servers;
    // As a balancer does: to a process that is there.
    let target = first;
    const ada = record();
    ada.service.connect({
      url: () => `${target?.url}/live`,
      token: 'secret',
      WebSocket: client,
      reconnectDelay: 20,
      reconnectJitter: 0,
    });
    await untilState(ada.service, ({ connectionId }) => connectionId !== null);
    expect(await ada.service.request('process')).toBe(first?.child.pid);
    const posted = nextEvent(ada.service, 'posted');
    await ada.service.request('say', { text: 'one' });
    await posted;

    target = second;
    first?.child.kill('SIGKILL');
    const bo = record();
    bo.service.connect({ url: `${second?.url}/live`, token: 'secret-too', WebSocket: client });
    await untilState(bo.service, ({ connectionId }) => connectionId !== null);
    const heard = nextEvent(ada.service, 'posted');
    await bo.service.request('say', { text: 'two' });
    expect((await heard).data).toEqual({ from: 'bo', text: 'two' });
    expect(ada.missed).toEqual([]);
    expect(ada.events.map(({ seq }) => seq)).toEqual(ada.events.map((_, index) => index));
    expect(await ada.service.request('process')).toBe(second?.child.pid);
    expect(await healthOf(second)).toMatchObject({
      status: 200,
      body: { phase: 'serving', redis: 'ready', sockets: 2, sessions: 2, resumed: 1 },
    });
  });

  it('continue the client of the page, which prints what it hears', async () => {
    const options = { path: '/live', env: { REDIS_URL: redis.url } };
    await using victim = await runExample('examples/servers/cluster.mjs', options);
    const { outfile, remove } = await buildExample('examples/servers/watch.mjs');
    const ports = [victim.port, servers[1]?.port].map(String);
    const child = spawn(process.execPath, [outfile, ...ports], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
      remove();
    });
    const seen: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      seen.push(line);
      if (line.startsWith('2 posted')) victim.child.kill('SIGKILL');
      if (line.startsWith('4 posted')) break;
    }
    const words = seen.map((line) => line.replace(/ [[{].*/, ''));
    const before = ['connecting', 'connected', '0 hello', '1 posted', '2 posted'];
    expect(words).toEqual([...before, 'reconnecting', 'connected', '3 posted', '4 posted']);
  });

  it('are not ready while they drain, close with 1012, and end', async () => {
    const [, second] = servers;
    const { service } = record();
    service.connect({ url: `${second?.url}/live`, token: 'secret', WebSocket: client });
    await untilState(service, ({ connectionId }) => connectionId !== null);
    const exited = second && once(second.child, 'exit');
    second?.child.kill('SIGTERM');
    const { lastClose } = await untilState(service, ({ status }) => status === 'reconnecting');
    expect(lastClose).toMatchObject({ code: 1012 });
    service.disconnect();
    expect(await exited).toEqual([0, null]);
  });

  it('serve several spaces, which hear nothing of each other', async () => {
    await using server = await runExample('examples/servers/spaces.mjs', { env: { REDIS_URL: redis.url } });
    const connect = async (tenant: string) => {
      const recorded = record();
      recorded.service.connect({ url: `${server.url}/${tenant}`, token: 'secret', WebSocket: client });
      await untilState(recorded.service, ({ connectionId }) => connectionId !== null);
      return recorded;
    };
    const acme = await connect('acme');
    const globex = await connect('globex');
    await acme.service.request('say', { text: 'for acme' });
    const heard = nextEvent(globex.service, 'posted');
    await globex.service.request('say', { text: 'for globex' });
    expect((await heard).data).toEqual({ text: 'for globex' });
    const stranger = new WebSocket(`${server.url}/initech?token=secret`);
    expect(await once(stranger, 'close')).toMatchObject([4404, expect.anything()]);
  });

  it('are not ready while Redis is away', async () => {
    const options = { path: '/live', env: { REDIS_URL: redis.url } };
    await using server = await runExample('examples/servers/cluster.mjs', options);
    await vi.waitFor(async () => expect((await healthOf(server)).status).toBe(200), waitOptions);
    await redis.stop();
    await vi.waitFor(async () => expect((await healthOf(server)).status).toBe(503), waitOptions);
    // And say so to clients, which come back: they don't leave them waiting.
    const newcomer = new WebSocket(`${server.url}/live?token=secret`);
    expect(await once(newcomer, 'close')).toMatchObject([1013, expect.anything()]);
  });
});

const client = WebSocket as unknown as WebSocketConstructor;
const waitOptions = { timeout: 20_000, interval: 20 };

async function healthOf(server: ExampleServer | undefined): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${server?.port}/health`);
  return { status: response.status, body: await response.json() };
}

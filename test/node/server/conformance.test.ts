/** Our own servers do what docs/protocol.md says, and a server that does not is found. For the examples, see docs/. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { checkServer } from 'everwire/server';
import { createFakeServer } from 'everwire/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { runExample } from '../../support/example-server.ts';
import { startHub } from '../../support/hub.ts';

const trigger = { event: 'say', data: { text: 'hi' } };

const withChannels = {
  channel: 'room:1',
  channelTrigger: { event: 'tell', data: { text: 'hi' }, channel: 'room:1' },
};

async function failuresOf(
  url: string,
  tokens: { token: string; otherToken: string; patienceMs?: number } & Partial<typeof withChannels>,
): Promise<string[]> {
  const results = await checkServer({ url, ...tokens, trigger, WebSocket });
  return (
    results
      // Channels are checked where a server has them.
      .filter(
        ({ outcome, title }) =>
          outcome === 'failed' || (outcome !== 'passed' && !title.startsWith('Channels')),
      )
      .map(({ title, words }) => `${title}: ${words}`)
  );
}

describe('checkServer', () => {
  it('passes a hub', async () => {
    await using running = await startHub({
      authenticate: ({ token }) => (token === 'ada' || token === 'bo' ? { id: token } : null) as never,
      messages: {
        say: (data: unknown, session: { publish(event: string, data: unknown): unknown }) =>
          session.publish('posted', data),
        tell: (data: unknown, _: unknown, { channel }: { channel: string }) =>
          running.hub.publish({ channel }, 'told', data),
      } as never,
      channels: { join: () => true },
    });
    expect(await failuresOf(running.url, { token: 'ada', otherToken: 'bo', ...withChannels })).toEqual([]);
  });

  it('finds a server whose channels leak, lose what was missed, or are not there', async () => {
    const options = {
      messages: {
        tell: (data: unknown, _: unknown, { channel }: { channel: string }) =>
          // To everybody, and without the channel.
          running.hub.publish({ all: true }, 'told', { data, channel }),
      } as never,
    };
    await using running = await startHub({ ...options, channels: { join: () => true } });
    const failures = await failuresOf(running.url, {
      token: 'ada',
      otherToken: 'bo',
      ...withChannels,
      patienceMs: 200,
    });
    expect(failures.filter((words) => words.startsWith('Channels: ')).length).toBeGreaterThan(2);
    await using without = await startHub();
    const unknown = await failuresOf(without.url, {
      token: 'ada',
      otherToken: 'bo',
      ...withChannels,
      patienceMs: 200,
    });
    expect(unknown.find((words) => words.startsWith('Channels: a join is answered'))).toContain('"unknown"');
  });

  it('passes the fake server of everwire/testing, with the rules of the protocol', async () => {
    const server = createFakeServer({
      url: 'ws://127.0.0.1/',
      rules: 'protocol',
      token: (token) => token === 'ada' || token === 'bo',
      resume: 'takeover',
      handlers: { say: (data, { connection }) => connection.emit('posted', data) },
    });
    const door = await server.listen({ WebSocketServer });
    onTestFinished(async () => {
      await door.close();
      server.dispose();
    });
    expect(await failuresOf(door.url, { token: 'ada', otherToken: 'bo', patienceMs: 3_000 })).toEqual([]);
  });

  it('passes the server that docs/hub.md shows', async () => {
    await using server = await runExample('examples/servers/hub.mjs');
    expect(await failuresOf(server.url, { token: 'secret', otherToken: 'secret-too' })).toEqual([]);
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
    expect(results.filter(({ outcome }) => outcome === 'not checked').length).toBe(11);
  });
});

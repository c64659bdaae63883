/** The fake server keeps its contract on a real port: a `ws` server on loopback, and the `ws` client. */

import { createFakeServer } from 'everwire/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { connect } from './client.ts';
import { testContract } from './contract.ts';

/** The client of `ws` has a browser's interface with a type of its own. */
const WsClient = WebSocket as unknown as typeof globalThis.WebSocket;

testContract('ws', async (server) => {
  const { url, close } = await server.listen({ WebSocketServer });
  return { url, WebSocket: WsClient, close };
});

describe('the real door', () => {
  const server = createFakeServer({ url: 'ws://fake.everwire.test/live/ws' });
  afterEach(() => server.drop());

  it.each(['0.0.0.0', '::', '192.168.0.1', 'example.com', '127.0.0.1.example.com', ''])(
    'refuses to listen on %j',
    async (host) => {
      await expect(server.listen({ WebSocketServer, host })).rejects.toMatchObject({ code: 'not-loopback' });
    },
  );

  it('listens on any free port, with the path of the in-page address', async () => {
    const door = await server.listen({ WebSocketServer });
    expect(door.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/live\/ws$/);
    await door.close();
  });

  it('rejects if the port is in use', async () => {
    const door = await server.listen({ WebSocketServer });
    const port = Number(new URL(door.url).port);
    await expect(server.listen({ WebSocketServer, port })).rejects.toMatchObject({ code: 'listen-failed' });
    await door.close();
  });

  it('shares one session memory with the in-page door', async () => {
    const door = await server.listen({ WebSocketServer });
    const real = connect({ ...door, WebSocket: WsClient });
    await real.count(1);
    const page = connect({ ...door, url: server.url, WebSocket: server.WebSocket });
    await page.count(1);
    server.emit('both');
    await Promise.all([real.count(2), page.count(2)]);
    expect(server.connections.map(({ door: name }) => name)).toEqual(['ws', 'page']);
    const [realConnection] = server.connections;
    real.socket.close();
    await real.closed;
    const connection_id = realConnection?.connectionId ?? 'none';
    const resumed = connect(
      { ...door, url: server.url, WebSocket: server.WebSocket },
      { connection_id, sequence_number: '1' },
    );
    await resumed.count(1);
    expect(resumed.frames()).toEqual([{ event: 'both', data: null, seq: 1 }]);
    await door.close();
  });

  it('closes only its own links, and may be closed repeatedly', async () => {
    const door = await server.listen({ WebSocketServer });
    const real = connect({ ...door, WebSocket: WsClient });
    const page = connect({ ...door, url: server.url, WebSocket: server.WebSocket });
    await Promise.all([real.count(1), page.count(1)]);
    await Promise.all([door.close(), door.close()]);
    expect((await real.closed).code).toBe(1006);
    await page.fence();
    expect(server.connections).toHaveLength(1);
  });

  it('does not listen once disposed', async () => {
    const gone = createFakeServer();
    gone.dispose();
    await expect(gone.listen({ WebSocketServer })).rejects.toMatchObject({ code: 'disposed' });
  });
});

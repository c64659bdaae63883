/** Where the published client has a defect, ours does not. Each test shows both. */
import { createWebSocketService, type IWebSocketConfig, type WebSocketConstructor } from 'everwire/core';
import { mattermostProtocol } from 'everwire/mattermost';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { publishedClient } from './model/clients.ts';
import { type Pair, pair, url } from './model/pair.ts';

const MINUTE = 60_000;

/** Both clients, connected with a cookie. */
async function connected(more: Partial<IWebSocketConfig> = {}): Promise<Pair> {
  const both = pair({ cookie: true, more });
  both.both(({ client }) => client.connect());
  await both.pass(100);
  return both;
}

function names(reports: readonly string[]): string[] {
  return reports.map((word) => word.replace(/ \{.*/, ''));
}

it('an id that is kept only if there is a missed-events listener: 4001 again and again instead of a resume', async () => {
  const { vendor, ours, pass } = pair({ cookie: true });
  const client = publishedClient({ url, Socket: vendor.door.WebSocket });
  client.addMessageListener(() => undefined);
  client.initialize(url);
  const service = createWebSocketService();
  onTestFinished(() => service.dispose());
  service.connect({
    url,
    protocol: mattermostProtocol,
    WebSocket: ours.door.WebSocket as WebSocketConstructor,
  });
  await pass(100);
  for (const { server } of [vendor, ours]) {
    server.emit('typing');
    server.drop();
  }
  await pass(2 * MINUTE);

  expect(vendor.server.queries.length).toBeGreaterThan(20);
  expect(new Set(vendor.server.queries.slice(2))).toEqual(
    new Set(['?connection_id=&sequence_number=2&disconnect_err_code=4001']),
  );

  expect(ours.server.queries).toHaveLength(2);
  expect(ours.server.queries[1]).toMatch(/^\?connection_id=\w{26}&sequence_number=2&/);
  expect(service.isConnected()).toBe(true);
});

it('close() while connecting: the socket opens, is used, and can never be replaced', async () => {
  const { vendor, ours, both, pass } = pair({ cookie: true });
  both(({ client }) => client.connect());
  await pass(2);
  expect([vendor.door.sockets.length, ours.door.sockets.length]).toEqual([1, 1]);
  vendor.client.client.close();
  ours.client.service.disconnect();
  await pass(2 * MINUTE);

  expect(names(vendor.client.reports)).toEqual(['connected', 'hello 0']);
  expect(vendor.server.liveLinks).toBe(1);
  expect(vendor.server.received[0]?.length).toBeGreaterThan(3);

  expect(ours.client.reports).toEqual([]);
  expect(ours.server.liveLinks).toBe(0);
  expect(ours.client.service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'client' });
});

it('a callback that outlives its link receives the reply to another request', async () => {
  const { vendor, ours, both, pass } = await connected();
  both(({ client, server }) => {
    client.ask('get_statuses', null);
    server.drop();
  });
  await pass(5_000);
  both(({ client }) => client.send('user_typing', { channel_id: 'c1' }));
  await pass(100);

  // No reply to get_statuses was ever sent: this is the reply to user_typing.
  expect(vendor.client.reports.at(-1)).toBe('get_statuses: undefined');

  expect(ours.client.reports.filter((word) => word.startsWith('get_statuses'))).toEqual([
    'get_statuses: connection-lost',
  ]);
  const ids = ours.server.received.flat().map((frame) => (JSON.parse(frame) as { seq: number }).seq);
  expect(new Set(ids).size).toBe(ids.length);
});

it('a frame that is no JSON throws an uncaught error in the page', async () => {
  const { vendor, ours, both, pass } = await connected();
  both(({ server }) => server.sendRaw('{"event":"posted",'));
  await pass(100);
  both(({ server }) => server.emit('typing'));
  await pass(100);

  expect(vendor.door.uncaught).toEqual([expect.any(SyntaxError)]);

  expect(ours.door.uncaught).toEqual([]);
  expect(ours.client.errors).toMatchObject([{ code: 'malformed-frame', details: { reason: 'not-json' } }]);
  expect(names(ours.client.reports).at(-1)).toBe('typing 1');
});

describe('a listener that throws', () => {
  it('hides the event from the listeners after it', async () => {
    const { vendor, ours, both, pass } = await connected();
    const heard: string[] = [];
    vendor.client.client.addMessageListener(() => {
      throw new Error('first');
    });
    vendor.client.client.addMessageListener(() => heard.push('theirs'));
    ours.client.service.event$('typing').subscribe(() => {
      throw new Error('first');
    });
    ours.client.service.event$('typing').subscribe(() => heard.push('ours'));
    both(({ server }) => server.emit('typing'));
    await pass(100);

    expect(heard).toEqual(['ours']);
    expect(vendor.door.uncaught).toHaveLength(1);
    expect(ours.door.uncaught).toEqual([]);
    expect(ours.client.errors).toMatchObject([{ code: 'handler-failed' }]);
  });

  it('on the first connection leaves the link without pings', async () => {
    const { vendor, ours, both, pass } = pair({ cookie: true });
    vendor.client.client.addFirstConnectListener(() => {
      throw new Error('first');
    });
    ours.client.service.store.subscribe(({ status }) => {
      if (status === 'connected') throw new Error('first');
    });
    both(({ client }) => client.connect());
    await pass(5 * MINUTE + 100);

    expect(vendor.server.received).toEqual([[]]);

    expect(ours.server.received[0]).toHaveLength(11);
    expect(ours.client.errors[0]).toMatchObject({ code: 'handler-failed' });
  });
});

it('a failure count that is reset when a socket opens: a server that refuses the token is retried endlessly', async () => {
  const { vendor, ours, both, pass } = pair({ clientToken: 'stale' });
  both(({ client }) => client.connect());
  await pass(20 * MINUTE);

  expect(vendor.server.queries.length).toBeGreaterThan(250);
  expect(vendor.client.reports).not.toContain('lost, 2');

  expect(ours.server.queries).toHaveLength(8);
  expect(ours.client.service.store.getState()).toMatchObject({
    status: 'disconnected',
    reason: 'attempts-exhausted',
  });
});

it('reports connected only after the first frame', async () => {
  const { vendor, ours, both, pass } = pair({ clientToken: 'stale' });
  both(({ client }) => client.connect());
  await pass(100);
  expect(vendor.client.reports).toEqual(['connected', 'lost, 1']);
  expect(ours.client.reports).toEqual(['lost, 1']);
});

it('a ping that is refused counts as a pong: an expired session looks alive', async () => {
  const { vendor, ours, both, pass } = await connected();
  both(({ server }) => server.expire());
  await pass(10 * MINUTE);

  expect(names(vendor.client.reports)).toEqual(['connected', 'hello 0']);
  expect(vendor.server.received[0]).toHaveLength(21);

  expect(ours.client.service.store.getState()).toMatchObject({
    status: 'disconnected',
    reason: 'unauthorized',
  });
  expect(ours.server.received[0]).toHaveLength(2);
  expect(ours.server.liveLinks).toBe(0);
});

it('a gap that the server cannot fill: 4001 again and again, and no more events', async () => {
  const { vendor, ours, both, pass } = await connected();
  both(({ server }) => server.skipForGood());
  for (let second = 0; second < 120; second += 1) {
    both(({ server }) => server.emit('typing'));
    await pass(1_000);
  }

  expect(names(vendor.client.reports).filter((word) => word.startsWith('typing'))).toEqual([]);
  expect(vendor.server.queries.length).toBeGreaterThan(20);

  expect(ours.server.queries.map((query) => query.includes('connection_id=&'))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(ours.client.missed).toMatchObject([{ reason: 'new-session' }]);
  expect(names(ours.client.reports).filter((word) => word.startsWith('typing')).length).toBeGreaterThan(110);
});

describe('globals that are read although a socket constructor was passed', () => {
  it('WebSocket: without it nothing is sent', async () => {
    const { vendor, ours, both, pass } = pair({ clientToken: 'xoxo' });
    remove('WebSocket');
    both(({ client }) => client.connect());
    await pass(1_000);

    expect(vendor.door.uncaught).toEqual([expect.any(ReferenceError)]);
    expect(vendor.server.received).toEqual([[]]);

    expect(ours.client.service.isConnected()).toBe(true);
    expect(ours.server.received[0]).toHaveLength(2);
    vi.stubGlobal('WebSocket', { OPEN: 1 });
  });

  it('CloseEvent: without it a gap throws, and the link stays as it is', async () => {
    const { vendor, ours, both, pass } = await connected();
    remove('CloseEvent');
    both(({ server }) => {
      server.lose();
      server.emit('typing');
      server.emit('typing');
    });
    await pass(10_000);

    expect(vendor.door.uncaught).toEqual([expect.any(ReferenceError)]);
    expect(vendor.server.queries).toHaveLength(1);
    expect(names(vendor.client.reports)).toEqual(['connected', 'hello 0']);

    expect(ours.door.uncaught).toEqual([]);
    expect(names(ours.client.reports).slice(-2)).toEqual(['typing 1', 'typing 2']);
  });
});

it('a handshake without an answer has no timeout', async () => {
  const { vendor, ours, both, pass } = pair({ cookie: true });
  both(({ client, door }) => {
    door.handshake = 'stall';
    client.connect();
  });
  await pass(16_000);
  both(({ door }) => {
    door.handshake = 'accept';
  });
  await pass(60 * MINUTE);

  expect(vendor.door.sockets).toHaveLength(1);
  expect(vendor.client.reports).toEqual([]);

  expect(ours.openedAt()).toEqual([0, 15_000 + 3_000 + 1_000]);
  expect(ours.client.service.isConnected()).toBe(true);
});

it('a peer that is gone is detected after up to two intervals; ours detects it within interval and timeout', async () => {
  const { vendor, ours, both, pass } = await connected();
  both(({ server }) => server.freeze());
  await pass(2 * MINUTE);

  // The last ping that was answered went out with the opening, 10 ms after the start.
  expect(vendor.openedAt()).toEqual([0, 10 + 60_000 + 4_000]);
  expect(ours.openedAt()).toHaveLength(2);
  expect((ours.openedAt()[1] ?? 0) - (10 + 30_000 + 10_000)).toBeLessThan(10);
  for (const { server } of [vendor, ours]) expect(server.queries[1]).toMatch(/&disconnect_err_code=4000$/);
});

it('an event that is missing is requested after a wait; ours requests it at once, with the same address', async () => {
  const { vendor, ours, both, pass } = await connected();
  both(({ server }) => {
    server.lose();
    server.emit('typing', { user_id: 'u1' });
    server.emit('typing', { user_id: 'u2' });
  });
  await pass(1_000);
  expect(vendor.server.queries).toHaveLength(1);
  expect(ours.server.queries).toHaveLength(2);
  await pass(5_000);
  expect(ours.server.queries).toEqual(vendor.server.queries);
  expect(ours.client.reports).toEqual(vendor.client.reports);
  expect(ours.server.queries[1]).toMatch(
    /^\?connection_id=\w{26}&sequence_number=1&disconnect_err_code=4001$/,
  );
  expect([vendor.door.closedWith, ours.door.closedWith]).toEqual([[undefined], [4001]]);
});

it('an address that has a query gets a second question mark', async () => {
  const address = `${url}?team=a`;
  const { vendor, ours, pass } = pair({ cookie: true });
  publishedClient({ url, Socket: vendor.door.WebSocket }).initialize(address);
  ours.client.service.connect({ ...ours.client.config, url: address });
  await pass(100);
  expect(vendor.server.queries).toEqual(['?team=a?connection_id=&sequence_number=0']);
  expect(ours.server.queries).toEqual(['?team=a&connection_id=&sequence_number=0']);
});

/** Also in versions of Node that have one. */
function remove(name: 'CloseEvent' | 'WebSocket'): void {
  vi.stubGlobal(name, undefined);
  Reflect.deleteProperty(globalThis, name);
}

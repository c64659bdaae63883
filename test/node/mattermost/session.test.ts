/** Features beyond the published client: sessions that expired, frames that are too long, data that cannot be read. */
import type { TokenContext, WebSocketServiceError } from 'everwire/core';
import { createMattermostProtocol, mattermostProtocol } from 'everwire/mattermost';
import { describe, expect, it } from 'vitest';
import { type Pair, pair } from './model/pair.ts';

type Options = Parameters<typeof pair>[0];

/** Our client alone, connected. */
async function connected(options: Options = { cookie: true }): Promise<Pair['ours'] & Pick<Pair, 'pass'>> {
  const { ours, pass } = pair(options);
  ours.client.connect();
  await pass(100);
  expect(ours.client.service.isConnected()).toBe(true);
  return { ...ours, pass };
}

describe('a session that has expired', () => {
  it('ends the connection if a cookie authenticated it, because there is no token function to call', async () => {
    const { client, server, pass } = await connected({ cookie: true, more: { auth: 'none' } });
    server.expire();
    await pass(29_000);
    expect(client.service.isConnected()).toBe(true);
    await pass(2_000);
    const { service } = client;
    expect(service.store.getState()).toMatchObject({
      status: 'disconnected',
      reason: 'unauthorized',
      error: { code: 'unauthorized' },
    });
    await pass(3_600_000);
    expect(server.queries).toHaveLength(1);
    expect(server.liveLinks).toBe(0);

    server.renew();
    service.reconnect();
    await pass(100);
    expect(service.isConnected()).toBe(true);
  });

  it('calls the token function for a fresh token at once', async () => {
    const asked: TokenContext['reason'][] = [];
    const { client, server, pass } = await connected({
      token: 'fresh',
      more: {
        token: ({ reason }) => {
          asked.push(reason);
          if (reason === 'unauthorized') server.renew();
          return 'fresh';
        },
      },
    });
    server.expire();
    await pass(30_500);
    expect(asked).toEqual(['initial', 'unauthorized']);
    expect(client.service.isConnected()).toBe(true);
    // The challenge alone resumes nothing: the session is new, and a notice says so.
    expect(client.missed).toMatchObject([{ reason: 'new-session' }]);
    expect(client.statuses).toEqual(['disconnected', 'connecting', 'connected', 'reconnecting', 'connected']);
  });

  it('is given up when the server refuses the fresh token by dropping the link without a close frame', async () => {
    const asked: TokenContext['reason'][] = [];
    const { client, server, pass } = await connected({
      cookie: true,
      more: { token: ({ reason }) => `token ${asked.push(reason)}` },
    });
    server.expire();
    await pass(300_000);
    expect(asked.slice(0, 4)).toEqual(['initial', 'unauthorized', 'reconnect', 'unauthorized']);
    expect(server.queries).toHaveLength(asked.length);
    expect(client.service.store.getState()).toMatchObject({
      status: 'disconnected',
      reason: 'attempts-exhausted',
      lastClose: { code: 1006 },
    });
  });

  it('is detected by a refused ping, not by a refused request', async () => {
    const { client, server, pass } = await connected();
    server.expire();
    const reply = client.service.request('get_statuses', null).catch((error: WebSocketServiceError) => error);
    await pass(100);
    expect(await reply).toMatchObject({
      code: 'request-failed',
      details: { server: { id: 'api.web_socket_router.not_authenticated.app_error', status_code: 401 } },
    });
    expect(client.service.isConnected()).toBe(true);
  });
});

describe('the 8,192 bytes that the server reads', () => {
  /** A message whose frame has exactly this many bytes. */
  const messageOf = (bytes: number, letter: string) => {
    const empty = '{"action":"custom_a","seq":2,"data":{"text":""}}'.length;
    const size = Buffer.byteLength(letter);
    return { text: letter.repeat(Math.floor((bytes - empty) / size)).padEnd((bytes - empty) / size, 'x') };
  };

  it.each([
    ['x', 8_192, 'sent'],
    ['x', 8_193, 'refused'],
    ['ü', 8_192, 'sent'],
    ['ü', 8_194, 'refused'],
  ] as const)('limit send: %s, %i bytes: %s', async (letter, bytes, result) => {
    const { client, server, pass } = await connected();
    expect(client.service.send('custom_a', messageOf(bytes, letter))).toBe(result);
    await pass(100);
    const sizes = server.received[0]?.slice(1).map((frame) => Buffer.byteLength(frame));
    expect(sizes).toEqual(result === 'sent' ? [bytes] : []);
    expect(client.errors.map(({ code }) => code)).toEqual(result === 'sent' ? [] : ['too-large']);
    expect(client.service.isConnected()).toBe(true);
  });

  it('limit request', async () => {
    const { client, server, pass } = await connected();
    const reply = client.service.request('custom_a', messageOf(8_193, 'x')).catch((error: unknown) => error);
    await pass(100);
    expect(await reply).toMatchObject({ code: 'too-large' });
    expect(server.received[0]).toHaveLength(1);
  });

  it('end the link when a client ignores the limit', async () => {
    const { vendor, pass } = pair({ cookie: true });
    vendor.client.connect();
    await pass(100);
    vendor.client.send('custom_a', messageOf(8_193, 'x'));
    await pass(100);
    expect(vendor.client.reports.at(-1)).toBe('lost, 1');
  });
});

describe('JSON inside data that cannot be parsed', () => {
  it('is reported on first read, and handlers still get the event', async () => {
    const { client, server, pass } = await connected();
    const seen: unknown[] = [];
    client.service.event$('reaction_added').subscribe(({ data }) => seen.push(data));
    server.emit('reaction_added', { reaction: '{"user_id":', other: 1 });
    server.emit('reaction_added', { reaction: '{"user_id":"u1"}', other: 2 });
    await pass(100);
    expect(seen).toEqual([
      { reaction: undefined, other: 1 },
      { reaction: { user_id: 'u1' }, other: 2 },
    ]);
    expect(client.errors).toMatchObject([
      { code: 'invalid-payload', details: { event: 'reaction_added', field: 'reaction' } },
    ]);
    expect(client.service.isConnected()).toBe(true);
  });
});

describe('the ways to send a token', () => {
  it.each(['message', 'query', 'none'] as const)('accept %s', async (auth) => {
    const { client, server } = await connected({ cookie: true, clientToken: 'xoxo', more: { auth } });
    expect(client.errors).toEqual([]);
    expect(server.queries[0]?.includes('access_token=xoxo')).toBe(auth === 'query');
    expect(server.received[0]?.some((frame) => frame.includes('xoxo'))).toBe(auth === 'message');
  });

  it('reject subprotocol', async () => {
    const { ours, pass } = pair({ cookie: true, clientToken: 'xoxo', more: { auth: 'subprotocol' } });
    ours.client.connect();
    await pass(100);
    expect(ours.client.service.store.getState()).toMatchObject({ reason: 'invalid-config' });
    expect(ours.server.queries).toEqual([]);
  });
});

it('a protocol created in each render opens no new socket, one with another option does', async () => {
  const { client, server, pass } = await connected();
  client.service.connect({ ...client.config, protocol: createMattermostProtocol() });
  client.service.connect({ ...client.config, protocol: mattermostProtocol });
  await pass(100);
  expect(server.queries).toHaveLength(1);
  client.service.connect({ ...client.config, protocol: createMattermostProtocol({ postedAck: true }) });
  await pass(100);
  expect(server.queries).toEqual([
    '?connection_id=&sequence_number=0',
    '?connection_id=&sequence_number=0&posted_ack=true',
  ]);
});

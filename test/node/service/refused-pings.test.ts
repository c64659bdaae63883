/** When a close is taken for a refused ping, and when a server gets pings again. In virtual time. */
import type { IWebSocketConfig } from 'everwire/core';
import type { FakeServerOptions } from 'everwire/testing';
import { describe, expect, it } from 'vitest';
import { connectedRig, type Rig } from '../../support/fake.ts';

const pings = ({ server }: Rig): number => server.received.filter(({ event }) => event === 'ping').length;

const codesOf = ({ errors }: Rig): readonly string[] => errors.map(({ code }) => code);

const MINUTE = 60_000;

/** The network tears the first two links right after a ping, and is fine from then on. */
async function tornTwice(
  options: FakeServerOptions = {},
  more: Partial<IWebSocketConfig> = {},
  tears = 2,
): Promise<Rig> {
  const ready = await connectedRig({ pong: false, ...options }, more);
  const { server, pass } = ready;
  server.onMessage(({ event, seq }) => {
    if (event !== 'ping') return;
    if (pings(ready) <= tears) return server.drop();
    server.sendRaw(JSON.stringify({ seq_reply: seq, status: 'OK' }));
  });
  await pass(MINUTE);
  expect([pings(ready), codesOf(ready)]).toEqual([2, ['heartbeat-refused']]);
  return ready;
}

describe('a server whose links were torn twice right after a ping', () => {
  it('is pinged again in another session', async () => {
    const ready = await tornTwice();
    ready.server.restart();
    await ready.pass(10_000);
    expect(pings(ready)).toBe(3);
    expect(ready.service.store.getState().latency).not.toBeNull();
    await ready.pass(MINUTE);
    expect(pings(ready)).toBe(5);
  });

  it('is pinged again after reconnect()', async () => {
    const ready = await tornTwice();
    ready.service.reconnect();
    await ready.pass(1_100);
    expect(pings(ready)).toBe(3);
  });

  it('is pinged again after reconnect() while the token is being asked for', async () => {
    let answer: (token: string) => void = () => undefined;
    let isSlow = false;
    const token = () =>
      isSlow
        ? new Promise<string>((resolve) => {
            answer = resolve;
          })
        : 'tok';
    const ready = await tornTwice({}, { token });
    isSlow = true;
    ready.server.drop();
    await ready.pass(3_010);
    ready.service.reconnect();
    answer('tok');
    await ready.pass(1_100);
    expect(pings(ready)).toBe(3);
  });

  it.each([{}, { hello: false, numbered: false }])(
    'is pinged again on a link that has lived for a quarter of an hour (%o)',
    async (options) => {
      const ready = await tornTwice(options, { heartbeat: {} });
      await ready.pass(13 * MINUTE);
      expect(pings(ready)).toBe(2);
      await ready.pass(3 * MINUTE);
      expect(pings(ready)).toBeGreaterThan(2);
      expect(ready.server.attempts).toBe(3);
    },
  );

  it('is not pinged on its next links of the same session before that', async () => {
    const ready = await tornTwice();
    for (let round = 0; round < 3; round += 1) {
      ready.server.drop();
      await ready.pass(MINUTE);
    }
    expect(pings(ready)).toBe(2);
  });

  it('loses fewer and fewer links to pings if they are the cause, and one error says so', async () => {
    const ready = await tornTwice({}, { heartbeat: {} }, Infinity);
    await ready.pass(24 * 60 * MINUTE);
    // After 15 min, 30 min, 1 h, 2 h, 4 h, 8 h.
    expect(pings(ready)).toBe(2 + 6);
    expect(codesOf(ready)).toEqual(['heartbeat-refused']);
  });

  it('is pinged in another session once, and not in each, if it tears that link too', async () => {
    const ready = await connectedRig({ pong: false, resume: 'never' });
    ready.server.onMessage(({ event }) => event === 'ping' && ready.server.drop());
    for (let round = 0; round < 5; round += 1) {
      await ready.pass(MINUTE);
      ready.server.restart();
    }
    expect(pings(ready)).toBe(3);
    expect(codesOf(ready)).toEqual(['heartbeat-refused']);
  });

  it('has to tear two links again to be doubted again, once it has answered a ping', async () => {
    const ready = await tornTwice();
    ready.service.reconnect();
    await ready.pass(5_000);
    expect(ready.service.store.getState().latency).not.toBeNull();
    ready.server.drop();
    await ready.pass(MINUTE);
    expect(pings(ready)).toBeGreaterThan(4);
  });
});

describe('a close with a code that also refuses tokens, right after a ping', () => {
  it('is a refused token if it comes on a link without pings too, and the server is pinged on', async () => {
    const reasons: string[] = [];
    const ready = await connectedRig(
      { pong: false },
      { heartbeat: {}, token: ({ reason }) => `tok-${reasons.push(reason)}` },
    );
    const { server, service, pass } = ready;
    // The server looks at the token late: 200 ms after the first ping. Its third token is good.
    const check = (): void => void setTimeout(() => reasons.length < 3 && server.close(1008), 1_190);
    check();
    const stop = server.onChange(() => server.connections.length > 0 && check());
    await pass(20_000);
    stop();
    expect(reasons).toEqual(['initial', 'reconnect', 'unauthorized']);
    expect(codesOf(ready)).toEqual([]);
    expect(service.isConnected()).toBe(true);
    expect(pings(ready)).toBeGreaterThan(1);
  });

  it('stops a client whose string token is refused', async () => {
    const ready = await connectedRig({ pong: false }, { heartbeat: {} });
    const { server, service, pass } = ready;
    const check = (): void => void setTimeout(() => server.close(1008, 'token expired'), 1_190);
    check();
    server.onChange(() => server.connections.length > 0 && check());
    await pass(20_000);
    expect(service.store.getState().reason).toBe('unauthorized');
    expect(codesOf(ready)).toEqual(['unauthorized']);
    expect(server.attempts).toBe(2);
  });

  it('is a limit of the server if it also comes on the next link, and no reason to ask for a token twice', async () => {
    // heartbeat: {} on a server that answers no ping: each ping is one that it has not accepted.
    const ready = await connectedRig({ hello: false, numbered: false, pong: false }, { heartbeat: {} });
    const { server, service, pass } = ready;
    await pass(61_500);
    server.close(1008, 'too many messages');
    await pass(40_000);
    server.close(1008, 'too many messages');
    await pass(100);
    expect(service.store.getState().reason).toBe('unauthorized');
    expect(codesOf(ready)).toEqual(['unauthorized']);
  });

  it('is a refused ping once the next link has lived longer without one, and no sooner', async () => {
    const ready = await connectedRig({ pong: false }, { heartbeat: {} });
    const { server, pass } = ready;
    await pass(62_000);
    server.close(1008, 'unknown message');
    await pass(60_000);
    expect(codesOf(ready)).toEqual([]);
    await pass(60_000);
    expect(ready.errors).toMatchObject([{ code: 'heartbeat-refused', details: { code: 1008 } }]);
    const before = pings(ready);
    server.restart();
    await pass(14 * MINUTE);
    expect(pings(ready)).toBe(before);
  });

  it('is forgiven once: a limit that was reached by chance does not end the pings for good', async () => {
    let closes = 1;
    const ready = await connectedRig({ pong: false });
    const { server, service, pass } = ready;
    server.onMessage(({ event, seq }) => {
      if (event !== 'ping') return;
      if (closes-- > 0) return server.close(1008, 'too many messages');
      server.sendRaw(JSON.stringify({ seq_reply: seq, status: 'OK' }));
    });
    await pass(14 * MINUTE);
    expect([pings(ready), codesOf(ready)]).toEqual([1, ['heartbeat-refused']]);
    await pass(3 * MINUTE);
    expect(pings(ready)).toBeGreaterThan(2);
    expect(service.store.getState().latency).not.toBeNull();
    // The next link is pinged from its beginning.
    server.drop();
    const before = pings(ready);
    await pass(10_000);
    expect(pings(ready)).toBe(before + 1);
  });

  it('is forgiven once only: the second link that lives longer without a ping ends them for good', async () => {
    const ready = await connectedRig({ pong: false, resume: 'never' }, { heartbeat: {} });
    const { server, service, pass } = ready;
    server.onMessage(({ event }) => event === 'ping' && server.close(1008, 'unknown message'));
    for (let round = 0; round < 5; round += 1) {
      await pass(60 * MINUTE);
      server.restart();
    }
    expect(pings(ready)).toBe(2);
    expect(codesOf(ready)).toEqual(['heartbeat-refused']);
    expect(service.isConnected()).toBe(true);
  });

  it('was not the cause if a link without pings ends like that later', async () => {
    const ready = await connectedRig({ pong: false }, { heartbeat: {}, token: () => 'tok' });
    const { server, pass } = ready;
    await pass(1_100);
    server.close(1008, 'too many messages');
    await pass(5 * MINUTE);
    expect([pings(ready), codesOf(ready)]).toEqual([1, ['heartbeat-refused']]);
    server.close(1008, 'too many messages');
    await pass(10_000);
    expect(pings(ready)).toBe(2);
  });
});

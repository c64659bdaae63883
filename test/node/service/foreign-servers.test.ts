/** Servers that do not speak our protocol: a ping must never cost a healthy link. In virtual time. */
import {
  createEnvelopeProtocol,
  envelopeProtocol,
  type IWebSocketConfig,
  type Protocol,
} from 'everwire/core';
import type { FakeConnection, FakeServerOptions } from 'everwire/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectedRig, type Rig } from '../../support/fake.ts';

const pings = ({ server }: Rig): number => server.received.filter(({ event }) => event === 'ping').length;

/** A server without ids, numbers and replies. */
const plain: FakeServerOptions = { hello: false, numbered: false, pong: false };

/** A server that closes with this code as soon as it gets a ping. */
async function strictRig(
  code: number,
  more: Partial<IWebSocketConfig> = {},
  options: FakeServerOptions = { pong: false },
): Promise<Rig> {
  const ready = await connectedRig(options, { heartbeat: {}, ...more });
  // A close frame without a code is 1005 at the client.
  const close = (): void =>
    code === 1005 ? ready.server.close() : ready.server.close(code, 'unknown message');
  ready.server.onMessage(({ event }) => event === 'ping' && close());
  return ready;
}

const codesOf = ({ errors }: Rig): readonly string[] => errors.map(({ code }) => code);

describe("heartbeat: 'auto', the default,", () => {
  it.each([undefined, 'auto'] as const)(
    '(%s) does not ping a server that only sends events',
    async (heartbeat) => {
      const ready = await connectedRig(plain, { heartbeat });
      const events = setInterval(() => ready.server.emit('news'), 7_000);
      await ready.pass(300_000);
      clearInterval(events);
      expect(pings(ready)).toBe(0);
      expect(ready.server.attempts).toBe(1);
      expect(ready.service.store.getState().latency).toBeNull();
    },
  );

  it('does not ping such a server on a wake signal or on the way to the next link either', async () => {
    const ready = await connectedRig(plain);
    ready.service.reconnect();
    await ready.pass(60_000);
    expect(ready.server.attempts).toBe(2);
    expect(pings(ready)).toBe(0);
  });

  it('pings a server that greets with an id, a second after opening', async () => {
    const ready = await connectedRig({ pong: false });
    await ready.pass(1_000);
    expect(pings(ready)).toBe(1);
  });

  it('does not ping a server whose hello has no id', async () => {
    const ready = await connectedRig(plain);
    ready.server.sendRaw('{"event":"hello","data":{}}');
    await ready.pass(100_000);
    expect(pings(ready)).toBe(0);
  });

  it('pings a server from its first numbered event on, within an interval', async () => {
    const ready = await connectedRig({ hello: false });
    await ready.pass(100_000);
    expect(pings(ready)).toBe(0);
    ready.server.emit('news');
    await ready.pass(30_000);
    expect(pings(ready)).toBe(1);
    await ready.pass(60_000);
    expect(pings(ready)).toBe(3);
  });

  it('goes on after a lost link, without another number', async () => {
    const ready = await connectedRig({ hello: false });
    ready.server.emit('news');
    await ready.pass(2_000);
    const before = pings(ready);
    ready.server.drop();
    await ready.pass(6_000);
    expect(ready.server.attempts).toBe(2);
    expect(pings(ready)).toBe(before + 1);
  });

  it('finds the dead link of a server that speaks late, within interval + timeout of its last frame', async () => {
    const ready = await connectedRig({ hello: false });
    await ready.pass(45_000);
    ready.server.emit('news');
    await ready.pass(30_100);
    ready.server.freeze();
    await ready.pass(40_000);
    expect(ready.server.attempts).toBe(2);
  });

  it('pings a server that has answered a ping, which an object sent', async () => {
    const ready = await connectedRig({ hello: false, numbered: false }, { heartbeat: {} });
    await ready.pass(1_100);
    expect(ready.service.store.getState().latency).not.toBeNull();
    ready.service.connect({ ...ready.config, heartbeat: 'auto' });
    await ready.pass(60_000);
    expect(pings(ready)).toBe(3);
  });

  it('pings the servers of a protocol of your own from the start: it would have no ping otherwise', async () => {
    const { answersPings: _, ...rest } = envelopeProtocol;
    const ready = await connectedRig(plain, { protocol: { ...rest, name: 'own' } });
    await ready.pass(1_000);
    expect(pings(ready)).toBe(1);
  });

  it('becomes an object on a live link, and pings then', async () => {
    const ready = await connectedRig(plain);
    await ready.pass(50_000);
    ready.service.connect({ ...ready.config, heartbeat: {} });
    await ready.pass(1_100);
    expect(pings(ready)).toBe(1);
  });
});

describe('an object as heartbeat', () => {
  it.each([{}, { interval: 30_000 }, { expect: 500_000 }])('(%o) pings every server', async (heartbeat) => {
    const ready = await connectedRig(plain, { heartbeat });
    await ready.pass(61_100);
    expect(pings(ready)).toBe(3);
    expect(ready.server.attempts).toBe(1);
  });

  it('keeps the link of a server that answers each ping with an error of its own', async () => {
    const ready = await connectedRig(plain, { heartbeat: { interval: 60, timeout: 50 } });
    ready.server.onMessage(() => ready.server.sendRaw('{"message":"Forbidden","requestId":"r-1"}'));
    await ready.pass(30_000);
    expect(ready.server.attempts).toBe(1);
    expect(codesOf(ready)).toEqual(['unrecognised-frame']);
  });
});

describe('a server that closes because of a ping', () => {
  it.each([1000, 1002, 1003, 1005, 1007, 1008, 1010, 1011, 3003, 4000, 4400])(
    'with %i is pinged no more, which is reported once, and keeps its next link',
    async (code) => {
      const ready = await strictRig(code);
      await ready.pass(1_100);
      expect(ready.service.store.getState()).toMatchObject({
        status: 'reconnecting',
        error: null,
        lastClose: { code },
      });
      await ready.pass(600_000);
      expect(ready.server.attempts).toBe(2);
      expect(pings(ready)).toBe(1);
      expect(ready.service.store.getState()).toMatchObject({ status: 'connected', reconnectAttempts: 0 });
      expect(ready.errors).toMatchObject([{ code: 'heartbeat-refused', details: { code } }]);
    },
  );

  it('does not cost the token: it is not asked for a fresh one', async () => {
    const reasons: string[] = [];
    const ready = await strictRig(1008, {
      heartbeat: 'auto',
      token: ({ reason }) => `token ${reasons.push(reason)}`,
    });
    await ready.pass(60_000);
    expect(reasons).toEqual(['initial', 'reconnect']);
    expect(ready.service.isConnected()).toBe(true);
  });

  it('is pinged no more in its next session either, also after disconnect()', async () => {
    const ready = await strictRig(1008);
    await ready.pass(60_000);
    ready.server.restart();
    await ready.pass(60_000);
    ready.service.disconnect();
    ready.service.connect(ready.config);
    await ready.pass(60_000);
    expect(pings(ready)).toBe(1);
    expect(codesOf(ready)).toEqual(['heartbeat-refused']);
  });

  it('is another one at another url, which is pinged', async () => {
    const ready = await strictRig(1008);
    await ready.pass(60_000);
    ready.service.connect({ ...ready.config, url: `${ready.server.url}?room=2` });
    await ready.pass(1_100);
    expect(pings(ready)).toBe(2);
  });

  it('may say why before it closes', async () => {
    const ready = await connectedRig({ pong: false }, { heartbeat: {} });
    ready.server.onMessage(({ event, seq }) => {
      if (event !== 'ping') return;
      ready.server.sendRaw(JSON.stringify({ seq_reply: seq, status: 'FAIL', error: { message: 'what?' } }));
      ready.server.sendRaw('{"error":"unknown message"}');
      ready.server.close(1003);
    });
    await ready.pass(120_000);
    expect(codesOf(ready)).toEqual(['unrecognised-frame', 'heartbeat-refused']);
    expect(pings(ready)).toBe(1);
    expect(ready.service.isConnected()).toBe(true);
  });

  it('may bear a few first', async () => {
    const ready = await connectedRig({ pong: false }, { heartbeat: {} });
    ready.server.onMessage(() => pings(ready) === 3 && ready.server.close(1008, 'too many unknown messages'));
    await ready.pass(300_000);
    expect(codesOf(ready)).toEqual(['heartbeat-refused']);
    expect(pings(ready)).toBe(3);
    expect(ready.server.attempts).toBe(2);
  });

  it('without a close frame is suspected after the second link, and no sooner', async () => {
    const ready = await connectedRig({ pong: false }, { heartbeat: {} });
    ready.server.onMessage(({ event }) => event === 'ping' && ready.server.drop());
    await ready.pass(300_000);
    expect(codesOf(ready)).toEqual(['heartbeat-refused']);
    expect(pings(ready)).toBe(2);
    expect(ready.service.isConnected()).toBe(true);
  });

  it.each([
    ['four links to the network', ['cut', 'cut', 'cut', 'cut'], 'pinged on'],
    ['five links to the network', ['cut', 'cut', 'cut', 'cut', 'cut'], 'pinged no more'],
    ['one link to a close', [1011], 'pinged on'],
    ['two links to a close', [1003, 1003], 'pinged no more'],
    ['a link to a close and two to the network', ['cut', 1007, 'cut'], 'pinged on'],
  ] as const)('but has accepted one before, and loses %s (%j), is %s', async (_, ends, then) => {
    const ready = await connectedRig({}, { heartbeat: {} });
    await ready.pass(1_100);
    const left: (number | 'cut')[] = [...ends];
    ready.server.handle('ping', () => {
      const end = left.shift();
      if (end === 'cut') ready.server.drop();
      else if (end !== undefined) ready.server.close(end, 'what?');
      return 'pong';
    });
    // Its next session has not accepted a ping yet.
    ready.server.restart();
    await ready.pass(300_000);
    expect(left).toEqual([]);
    expect(codesOf(ready)).toEqual(then === 'pinged on' ? [] : ['heartbeat-refused']);
    expect(ready.service.isConnected()).toBe(true);
    const before = pings(ready);
    await ready.pass(120_000);
    expect(pings(ready) > before).toBe(then === 'pinged on');
  });

  it.each([
    ['refuses the token', 4401, 'unauthorized'],
    ['forbids the client', 4403, 'unauthorized'],
  ] as const)('but with a code that %s, %i, is believed', async (_, code, reason) => {
    const ready = await strictRig(code);
    await ready.pass(1_100);
    expect(ready.service.store.getState()).toMatchObject({ status: 'disconnected', reason });
    expect(codesOf(ready)).toEqual(['unauthorized']);
  });

  it.each([1001, 1012, 1013])('but with %i only restarts, and is pinged again', async (code) => {
    const ready = await strictRig(code);
    await ready.pass(20_000);
    expect(pings(ready)).toBeGreaterThan(1);
    expect(codesOf(ready)).not.toContain('heartbeat-refused');
  });

  it("but with a code of the app's own is what closePolicy says", async () => {
    const ready = await strictRig(4003, { closePolicy: () => 'fatal' });
    await ready.pass(1_100);
    expect(ready.service.store.getState().reason).toBe('fatal-close');
    expect(codesOf(ready)).toEqual(['fatal-close']);
  });
});

describe('a close that a ping did not cause', () => {
  it.each([
    ['long after an unanswered ping', { pong: false }, 20_000],
    ['after an answered ping', {}, 1_500],
    ['before the first ping', { pong: false }, 500],
  ] as const)('%s is a refused token with 1008', async (_, options, afterMs) => {
    const ready = await connectedRig(options, { heartbeat: {} });
    await ready.pass(afterMs);
    ready.server.close(1008);
    await ready.pass(100);
    expect(ready.service.store.getState().reason).toBe('unauthorized');
    expect(codesOf(ready)).toEqual(['unauthorized']);
  });

  it('is the next 1008 of a server that refused a ping before', async () => {
    const ready = await strictRig(1008);
    await ready.pass(60_000);
    ready.server.close(1008);
    await ready.pass(100);
    expect(ready.service.store.getState().reason).toBe('unauthorized');
  });
});

describe('heartbeat: { expect }', () => {
  const heartbeat = { expect: 10_000 };
  /** Listens only: it has no ping. */
  const silent = createEnvelopeProtocol({ heartbeat: 'none' });

  /** A server that sends a beat every 4 s. `stop` ends it. */
  async function beating(more: Partial<IWebSocketConfig> = {}, beat = '{"event":"keepalive"}') {
    const ready = await connectedRig(plain, { heartbeat, protocol: silent, ...more });
    const timer = setInterval(() => ready.server.sendRaw(beat), 4_000);
    return { ...ready, stop: () => clearInterval(timer) };
  }

  it.each(['{"event":"keepalive"}', 'ping', '', '{"half":'])(
    'keeps a link on which %j arrives',
    async (beat) => {
      const { server, service, stop, pass } = await beating({}, beat);
      await pass(39_000);
      stop();
      expect(server.attempts).toBe(1);
      expect(server.received).toEqual([]);
      expect(service.isConnected()).toBe(true);
    },
  );

  it('replaces a silent link exactly that long after its last frame', async () => {
    const { server, service, stop, pass } = await beating();
    await pass(20_001);
    stop();
    server.freeze();
    await pass(9_900);
    expect(server.attempts).toBe(1);
    await pass(110);
    expect(server.attempts).toBe(2);
    expect(service.store.getState()).toMatchObject({ status: 'connected', lastClose: { code: 4000 } });
  });

  it('counts from the opening on a link on which nothing arrives at all', async () => {
    const { server, pass } = await connectedRig(plain, { heartbeat, protocol: silent });
    await pass(9_900);
    expect(server.attempts).toBe(1);
    await pass(200);
    expect(server.attempts).toBe(2);
  });

  it('counts with the pings of an object too, and with the envelope', async () => {
    const { server, stop, pass } = await beating({ protocol: envelopeProtocol });
    await pass(20_000);
    stop();
    server.freeze();
    await pass(10_100);
    expect(server.attempts).toBe(2);
  });

  it('can be switched on, changed and switched off while connected', async () => {
    const { server, service, config, pass } = await connectedRig(plain, {
      heartbeat: false,
      protocol: silent,
    });
    await pass(100_000);
    service.connect({ ...config, heartbeat: { expect: 20_000 } });
    await pass(15_000);
    service.connect({ ...config, heartbeat: { expect: 18_000 } });
    await pass(2_900);
    expect(server.attempts).toBe(1);
    await pass(200);
    expect(server.attempts).toBe(2);
    service.connect({ ...config, heartbeat: false });
    await pass(100_000);
    expect(server.attempts).toBe(2);
  });

  it('gives a slow link more time: a large frame that takes longer gets through', async () => {
    const { server, service, events, pass } = await connectedRig(
      { pong: false, resume: 'takeover' },
      { heartbeat, protocol: silent },
    );
    await pass();
    // Each link gets its next frame after 12 s only.
    const slow = new Set<FakeConnection>();
    const slowEachDown = (): void => {
      for (const connection of server.connections) {
        if (slow.has(connection)) continue;
        slow.add(connection);
        setTimeout(() => connection.live && connection.sendRaw('{"event":"large","seq":1}'), 12_000);
      }
    };
    slowEachDown();
    onTestFinished(server.onChange(slowEachDown));
    await pass(25_000);
    expect(server.attempts).toBe(2);
    expect(events.map(({ event }) => event)).toEqual(['hello', 'large']);
    expect(service.isConnected()).toBe(true);
  });

  it('lets a machine that slept hear the next beat first', async () => {
    const { server, stop, pass } = await beating();
    await pass(20_100);
    stop();
    // Asleep shortly before its silence is judged: the timer is late, and no beat was received meanwhile.
    await pass(9_000);
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    await pass(4_000);
    expect(server.attempts).toBe(1);
    server.sendRaw('{"event":"keepalive"}');
    await pass(9_900);
    expect(server.attempts).toBe(1);
    await pass(10_200);
    expect(server.attempts).toBe(2);
  });

  it.each([-3_600_000, 3_600_000])(
    'finds a dead link also after the clock was set by %d ms',
    async (jumpMs) => {
      const { server, stop, pass } = await beating();
      await pass(20_000);
      vi.setSystemTime(Date.now() + jumpMs);
      await pass(8_000);
      expect(server.attempts).toBe(1);
      stop();
      server.freeze();
      await pass(20_100);
      expect(server.attempts).toBe(2);
    },
  );

  it('leaves no timer after disconnect', async () => {
    const { service, stop, pass } = await beating();
    stop();
    service.disconnect();
    await pass();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a heartbeat of bare texts', () => {
  it('is reported once by the default protocol, and ends nothing', async () => {
    const ready = await connectedRig(plain);
    const beat = setInterval(() => ready.server.sendRaw('ping'), 1_000);
    await ready.pass(60_000);
    clearInterval(beat);
    expect(ready.server.attempts).toBe(1);
    expect(ready.server.received).toEqual([]);
    expect(ready.errors).toMatchObject([
      { code: 'unrecognised-frame', details: { reason: 'text', length: 4 } },
    ]);
  });

  it.each<[Parameters<typeof createEnvelopeProtocol>[0], string, string]>([
    [{ heartbeat: 'text' }, 'ping', 'pong'],
    [{ heartbeat: { ping: '2', pong: '3' } }, '2', '3'],
  ])('%o answers each, and delivers none', async (options, ping, pong) => {
    const protocol = createEnvelopeProtocol(options);
    const ready = await connectedRig(plain, { protocol });
    const beat = setInterval(() => ready.server.sendRaw(ping), 1_000);
    await ready.pass(60_000);
    clearInterval(beat);
    expect(new Set(ready.server.received.map(({ raw }) => raw))).toEqual(new Set([pong]));
    expect(ready.server.received).toHaveLength(59);
    expect(ready.events).toEqual([]);
    expect(ready.errors).toEqual([]);
  });

  it('is sent by us where we ping, and its pong is the answer', async () => {
    const protocol = createEnvelopeProtocol({ heartbeat: 'text' });
    const ready = await connectedRig(plain, { protocol, heartbeat: {} });
    const { server, service, pass } = ready;
    server.onMessage(({ raw }) => raw === 'ping' && server.sendRaw('pong'));
    await pass(31_100);
    expect(server.received.map(({ raw }) => raw)).toEqual(['ping', 'ping']);
    expect(service.store.getState().latency).not.toBeNull();
    server.freeze();
    await pass(40_000);
    expect(server.attempts).toBe(2);
  });

  it.each<[string, Parameters<typeof createEnvelopeProtocol>[0]]>([
    ['the same text twice', { heartbeat: { ping: 'hb', pong: 'hb' } }],
    ['an unknown word', { heartbeat: 'txt' as never }],
    ['no pong', { heartbeat: { ping: 'hb' } as never }],
  ])('throws for %s', (_, options) => {
    expect(() => createEnvelopeProtocol(options)).toThrow(/two different texts/);
  });

  it('with the default options is the envelope', () => {
    const same: Protocol = createEnvelopeProtocol();
    expect(same.name).toBe(envelopeProtocol.name);
    expect(createEnvelopeProtocol().ping?.(7)).toBe(envelopeProtocol.ping?.(7));
  });
});

/** The heartbeat finds a dead link in time, and leaves a living one alone. */
import type { Protocol } from 'everwire/core';
import { envelopeProtocol } from 'everwire/core';
import type { FakeConnection } from 'everwire/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

const heartbeat = { interval: 30_000, timeout: 10_000 };

const pings = ({ server }: Rig): number => server.received.filter(({ event }) => event === 'ping').length;

/** A connected rig whose server has answered its first ping. */
async function answered(...[options, more]: Parameters<typeof connectedRig>): Promise<Rig> {
  const ready = await connectedRig({ resume: 'takeover', ...options }, more);
  await ready.pass(1_500);
  expect(ready.service.store.getState().latency).not.toBeNull();
  return ready;
}

describe('a ping', () => {
  it('is sent a second after opening, and then every interval', async () => {
    const ready = await connectedRig();
    await ready.pass(980);
    expect(pings(ready)).toBe(0);
    await ready.pass(30);
    expect(pings(ready)).toBe(1);
    await ready.pass(29_950);
    expect(pings(ready)).toBe(1);
    await ready.pass(60_100);
    expect(pings(ready)).toBe(4);
  });

  it('is sent earlier if the interval is shorter', async () => {
    const ready = await connectedRig({}, { heartbeat: { interval: 200 } });
    await ready.pass(1_000);
    expect(pings(ready)).toBe(5);
  });

  it('measures the latency', async () => {
    const { service, pass } = await connectedRig(
      { latencyMs: 40 },
      { heartbeat: { interval: 200, timeout: 100 } },
    );
    expect(service.store.getState().latency).toBeNull();
    await pass(400);
    expect(service.store.getState().latency).toBe(80);
    service.disconnect();
    expect(service.store.getState().latency).toBeNull();
  });

  it('is answered by a frame of any kind of pong', async () => {
    const protocol: Protocol = {
      ...envelopeProtocol,
      name: 'ponging',
      ping: () => 'ping',
      decode: (frame) => (frame === 'pong' ? { kind: 'pong', id: null } : envelopeProtocol.decode(frame)),
    };
    const { server, service, pass } = await connectedRig({}, { protocol });
    server.onMessage(({ raw }) => raw === 'ping' && server.sendRaw('pong'));
    await pass(1_500);
    expect(service.store.getState().latency).toBeLessThan(10);
  });

  it('is answered by an event called pong too, which is still delivered', async () => {
    const { server, service, events, pass } = await connectedRig({ pong: false });
    server.onMessage(({ event }) => event === 'ping' && server.sendRaw('{"event":"pong"}'));
    await pass(1_500);
    expect(service.store.getState().latency).toBeLessThan(10);
    expect(events.at(-1)?.event).toBe('pong');
  });

  it('may be answered from inside send(), as test sockets do', async () => {
    const sockets: { onmessage: ((event: never) => unknown) | null }[] = [];
    let speaks = true;
    const { server, service, config, pass } = rig();
    class Prompt extends server.WebSocket {
      constructor(url: string, protocols?: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
      override send(frame: string): void {
        const { seq } = JSON.parse(frame);
        const reply = JSON.stringify({ seq_reply: seq, status: 'OK' });
        if (speaks) this.onmessage?.({ data: reply } as never);
      }
    }
    service.connect({ ...config, WebSocket: Prompt, heartbeat: { interval: 1_000, timeout: 500 } });
    await pass(1_100);
    expect(service.store.getState().latency).toBe(0);
    speaks = false;
    await pass(1_600);
    expect(sockets.length).toBe(2);
  });

  it('is sent once by a protocol that is sure of an answer, even if heartbeat is false, because the answer means connected', async () => {
    const protocol: Protocol = {
      ...envelopeProtocol,
      name: 'sure',
      answersPings: 'surely',
      connectedOn: 'first-frame',
    };
    const ready = await connectedRig({ hello: false }, { protocol, heartbeat: false });
    expect(ready.service.isConnected()).toBe(true);
    await ready.pass(200_000);
    expect(pings(ready)).toBe(1);
    expect(ready.server.attempts).toBe(1);
  });

  it('is not sent if heartbeat is false, nor after it becomes false', async () => {
    const silent = await connectedRig({}, { heartbeat: false });
    await silent.pass(200_000);
    expect(pings(silent)).toBe(0);
    const { service, config, pass, ...rest } = await answered();
    service.connect({ ...config, heartbeat: false });
    await pass(200_000);
    expect(pings({ service, config, pass, ...rest })).toBe(1);
  });

  it('leaves no timer after disconnect', async () => {
    const { service, pass } = await answered();
    service.disconnect();
    await pass();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a half-open link', () => {
  it('is replaced within interval + timeout, without a loss or a notice', async () => {
    const { server, service, events, missed, statuses, pass } = await answered();
    const frozenAt = Date.now();
    server.freeze();
    for (let count = 1; count <= 5; count += 1) server.emit('posted', count);
    await pass(heartbeat.interval + heartbeat.timeout);
    expect(server.attempts).toBe(2);
    expect(Date.now() - frozenAt).toBeLessThanOrEqual(heartbeat.interval + heartbeat.timeout);
    expect(service.store.getState()).toMatchObject({ status: 'connected', lastClose: { code: 4000 } });
    expect(events.map(({ data }) => data).slice(1)).toEqual([1, 2, 3, 4, 5]);
    expect(missed).toEqual([]);
    expect(statuses).toEqual(['disconnected', 'connecting', 'connected', 'reconnecting', 'connected']);
  });

  it('is found in that time also if the timeout is longer than the interval and other frames arrived', async () => {
    const { server, service, pass } = await answered({}, { heartbeat: { interval: 1_000, timeout: 10_000 } });
    server.handle('ping', () => new Promise(() => {}));
    await pass(1_000);
    server.emit('posted', 'the last sign of life');
    await pass(50);
    server.freeze();
    await pass(11_050);
    expect(server.attempts).toBe(2);
    expect(service.isConnected()).toBe(true);
  });

  it('is not awaited: the old socket may stay in CLOSING', async () => {
    const { server, service, pass } = await answered();
    server.freeze();
    await pass(40_000);
    expect(service.isConnected()).toBe(true);
    server.thaw();
    await pass(60_000);
    expect(server.attempts).toBe(2);
    expect(service.isConnected()).toBe(true);
  });

  it('waits for the backoff if the next link is silent too', async () => {
    const { server, service, pass } = await answered({}, { reconnectAttempts: 2 });
    const frozen = new Set<FakeConnection>();
    const freezeEach = (): void => {
      for (const connection of server.connections) {
        if (frozen.has(connection)) continue;
        frozen.add(connection);
        connection.freeze();
      }
    };
    freezeEach();
    onTestFinished(server.onChange(freezeEach));
    await pass(40_000);
    expect(server.attempts).toBe(2);
    // A link that carried frames and missed a pong makes the next one wait twice as long.
    await pass(22_500);
    expect(service.store.getState()).toMatchObject({ status: 'reconnecting', reconnectAttempts: 2 });
    await pass(60_000);
    expect(server.attempts).toBe(3);
    expect(service.store.getState()).toMatchObject({ reason: 'attempts-exhausted' });
  });

  it('is not suspected while any frame arrives', async () => {
    const { server, service, pass } = await answered({ pong: true });
    server.handle('ping', () => new Promise(() => {}));
    const noise = setInterval(() => server.sendRaw('not even JSON'), 9_000);
    const events = setInterval(() => server.emit('tick'), 20_000);
    await pass(300_000);
    clearInterval(noise);
    clearInterval(events);
    expect(server.attempts).toBe(1);
    expect(service.isConnected()).toBe(true);
  });
});

describe('a protocol whose ping throws', () => {
  it('is reported and affects nothing else', async () => {
    const ping = (): string => {
      throw new Error('no ping today');
    };
    const { service, errors, pass } = await connectedRig(
      {},
      { protocol: { ...envelopeProtocol, name: 'throwing', ping } },
    );
    await pass(2_000);
    expect(errors).toMatchObject([{ code: 'handler-failed' }]);
    expect(service.isConnected()).toBe(true);
  });
});

describe('a server that answers no pings', () => {
  it('keeps its link', async () => {
    const { server, service, pass } = await connectedRig({ pong: false });
    server.handle('ping', () => new Promise(() => {}));
    await pass(600_000);
    expect(server.attempts).toBe(1);
    expect(service.store.getState()).toMatchObject({ status: 'connected', latency: null });
  });

  it('loses its link if the protocol is sure of an answer: silence counts from the first ping', async () => {
    const { server, pass } = await connectedRig(
      {},
      { protocol: { ...envelopeProtocol, name: 'sure', answersPings: 'surely' } },
    );
    expect(server.received.map(({ event }) => event)).toEqual(['ping']);
    server.freeze();
    await pass(40_100);
    expect(server.attempts).toBe(2);
  });

  it('does not include a server that answers too late', async () => {
    const { server, service, pass } = await connectedRig(
      { latencyMs: 700, resume: 'takeover' },
      { heartbeat: { interval: 1_000, timeout: 500 } },
    );
    await pass(6_000);
    expect(server.attempts).toBe(1);
    server.delay(0);
    server.freeze();
    await pass(6_000);
    expect(server.attempts).toBeGreaterThan(1);
    expect(service.store.getState().lastClose?.code).toBe(4000);
  });

  it('may be a new one after a restart, even if the old one answered', async () => {
    const { server, service, pass } = await answered();
    server.handle('ping', () => new Promise(() => {}));
    server.restart();
    await pass(600_000);
    expect(server.attempts).toBe(2);
    expect(service.isConnected()).toBe(true);
  });
});

describe('a link whose server no longer accepts the token', () => {
  const protocol: Protocol = {
    ...envelopeProtocol,
    name: 'knowing',
    answersPings: 'surely',
    connectedOn: 'first-frame',
    decode(frame) {
      const decoded = envelopeProtocol.decode(frame);
      if (decoded.kind !== 'reply' || decoded.result.status !== 'failed') return decoded;
      return { ...decoded, result: { ...decoded.result, cause: 'unauthorized' } };
    },
  };
  const expire = ({ server }: Rig): void =>
    server.handle('ping', () => {
      throw new Error('who are you?');
    });

  it('is unauthorized if there is no token function to call', async () => {
    const ready = await connectedRig({}, { protocol });
    expire(ready);
    await ready.pass(31_000);
    expect(ready.service.store.getState()).toMatchObject({
      status: 'disconnected',
      reason: 'unauthorized',
      lastClose: { code: 3000 },
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks for another token once, and is not connected meanwhile', async () => {
    const reasons: string[] = [];
    const token = ({ reason }: { reason: string }): string => `token-${reasons.push(reason)}`;
    const ready = await connectedRig({}, { protocol, token });
    expire(ready);
    await ready.pass(31_000);
    expect(reasons).toEqual(['initial', 'unauthorized']);
    expect(ready.statuses).toEqual([
      'disconnected',
      'connecting',
      'connected',
      'reconnecting',
      'disconnected',
    ]);
    expect(ready.service.store.getState().reason).toBe('unauthorized');
  });

  it('is detected by a refused authenticate message, also from inside send()', async () => {
    const { server, service, config, pass } = rig();
    class Prompt extends server.WebSocket {
      override send(frame: string): void {
        const { event, seq } = JSON.parse(frame);
        const status = event === 'authenticate' ? 'FAIL' : 'OK';
        this.onmessage?.({ data: JSON.stringify({ seq_reply: seq, status }) } as never);
      }
    }
    service.connect({ ...config, auth: 'message', WebSocket: Prompt });
    await pass(100);
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'unauthorized' });
  });

  it('is detected by a refused authenticate message', async () => {
    const { server, service, config, pass } = rig();
    server.handle('login', () => {
      throw new Error('no');
    });
    const opening = (id: number): string => JSON.stringify({ event: 'login', data: {}, seq: id });
    const logsIn: Protocol = {
      ...envelopeProtocol,
      name: 'logs in',
      target(attempt) {
        const authId = attempt.nextId();
        return { url: attempt.url, protocols: [], opening: [opening(authId)], authId };
      },
    };
    service.connect({ ...config, protocol: logsIn });
    await pass(100);
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'unauthorized' });
  });
});

describe('a clock that is changed', () => {
  it.each([-3_600_000, 3_600_000])('by %d ms does not change when pings are sent', async (jumpMs) => {
    const ready = await connectedRig({ latencyMs: 100 });
    await ready.pass(1_100);
    vi.setSystemTime(Date.now() + jumpMs);
    await ready.pass(121_000);
    expect(pings(ready)).toBeGreaterThanOrEqual(4);
    expect(pings(ready)).toBeLessThanOrEqual(6);
    expect(ready.server.attempts).toBe(1);
  });

  it('set back while a ping waits: a dead link is found within interval + timeout all the same', async () => {
    let pong: unknown = 'pong';
    const ready = await answered({ handlers: { ping: () => pong } });
    const { server, pass } = ready;
    pong = new Promise(() => undefined);
    const before = pings(ready);
    while (pings(ready) === before) await pass(100);
    // The last sign of life. It comes after the ping, so the missing answer does not count yet.
    server.emit('tick');
    await pass(10);
    server.freeze();
    vi.setSystemTime(Date.now() - 3_600_000);
    await pass(40_500);
    expect(server.attempts).toBe(2);
  });
});

describe('a machine that slept', () => {
  /** Advances the clock without running timers. */
  const sleep = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

  it('keeps a living link although its timers are late', async () => {
    const { server, service, pass } = await answered();
    for (let night = 0; night < 20; night += 1) {
      await pass(20_000);
      server.freeze();
      // Until a ping is sent whose answer stays on the way while the machine sleeps.
      await pass(11_000);
      sleep(8 * 3_600_000);
      await pass(9_950);
      server.thaw();
      await pass(100);
      await pass(9_000);
    }
    expect(server.attempts).toBe(1);
    expect(service.isConnected()).toBe(true);
  });

  it('finds a dead link a few seconds after it wakes, with any interval', async () => {
    const { server, service, pass } = await answered({}, { heartbeat: { interval: 600_000 } });
    await pass(29_000);
    server.freeze();
    sleep(8 * 3_600_000);
    await pass(16_000);
    expect(server.attempts).toBe(2);
    expect(service.isConnected()).toBe(true);
  });

  it('finds a dead link a few seconds after it wakes', async () => {
    const { server, service, pass } = await answered();
    await pass(29_000);
    server.freeze();
    sleep(8 * 3_600_000);
    await pass(16_000);
    expect(server.attempts).toBe(2);
    expect(service.isConnected()).toBe(true);
  });
});

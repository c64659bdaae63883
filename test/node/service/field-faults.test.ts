/** Faults that were found in the field, each with the smallest server that shows it. In virtual time. */
import type { IWebSocketConfig, Logger } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

const resumesOf = ({ server }: Rig): (number | null)[] =>
  server.handshakes.map(({ resume }) => resume?.sequenceNumber ?? null);

/** Waits are a second, and never end. */
const patient = { reconnectAttempts: Infinity, reconnectDelay: 1_000, backoffAfter: 1_000 } as const;

describe('a session that can be resumed, but never brings an event', () => {
  /** Each resumed link answers one ping, and then ends in this way. */
  async function poisoned(end: (rig: Rig) => void, more: Partial<IWebSocketConfig> = {}): Promise<Rig> {
    const ready = await connectedRig({ resume: 'always' }, { ...patient, ...more });
    const { server, pass } = ready;
    server.emit('posted', 1);
    await pass(1_500);
    server.drop();
    for (let round = 0; round < 12; round += 1) {
      await pass(1_010);
      if (server.handshakes.at(-1)?.resume === null) return ready;
      server.sendRaw(JSON.stringify({ seq_reply: 99, status: 'OK' }));
      await pass(100);
      end(ready);
    }
    return ready;
  }

  it('ends after two resumes that the server closes', async () => {
    const ready = await poisoned(({ server }) => server.close(4404));
    expect(resumesOf(ready)).toEqual([null, 2, 2, null]);
    expect(ready.missed).toMatchObject([{ reason: 'new-session' }]);
    expect(ready.service.store.getState().status).toBe('connected');
  });

  it('ends after five resumes that the network tears', async () => {
    const ready = await poisoned(({ server }) => server.drop());
    expect(resumesOf(ready)).toEqual([null, 2, 2, 2, 2, 2, null]);
    expect(ready.missed).toMatchObject([{ reason: 'new-session' }]);
  });

  it.each([1001, 1012, 1013])('goes on while the server closes with %i', async (code) => {
    const ready = await poisoned(({ server }) => server.close(code));
    expect(resumesOf(ready).slice(1)).toEqual(Array.from({ length: 12 }, () => 2));
    expect(ready.missed).toEqual([]);
  });

  it('ends after giving up, too, once reconnect() tries again', async () => {
    const ready = await connectedRig({ resume: 'always' }, { ...patient, reconnectAttempts: 1 });
    const { server, service, pass } = ready;
    server.emit('posted', 1);
    await pass();
    server.close(4404);
    await pass(1_010);
    server.close(4404);
    await pass();
    expect(service.store.getState().reason).toBe('attempts-exhausted');
    service.reconnect();
    await pass();
    server.close(4404);
    await pass(1_010);
    expect(resumesOf(ready)).toEqual([null, 2, 2, null]);
  });

  it('is not given up for links that lived for a minute: the server has the session, and nothing to send', async () => {
    const ready = await connectedRig({ resume: 'always' }, patient);
    const { server, missed, pass } = ready;
    server.emit('posted', 1);
    await pass();
    for (let round = 0; round < 4; round += 1) {
      await pass(61_000);
      server.close(4000);
      await pass(1_010);
    }
    expect(resumesOf(ready)).toEqual([null, 2, 2, 2, 2]);
    expect(missed).toEqual([]);
  });

  it.each([10_000, 60_000])(
    'ends after two resumed links that bring an unnumbered event and die, however long that takes (%i ms)',
    async (timeout) => {
      const heartbeat = { interval: 30_000, timeout };
      const { server, pass } = await connectedRig({ resume: 'takeover' }, { heartbeat });
      server.emit('posted', 1);
      await pass(1_500);
      const known = new Set<unknown>(server.connections);
      server.onChange(() => {
        for (const connection of server.connections) {
          if (known.has(connection)) continue;
          known.add(connection);
          connection.sendRaw('{"event":"note"}');
          setTimeout(() => connection.freeze(), 50);
        }
      });
      server.freeze();
      await pass(3_600_000);
      const resumed = server.handshakes.slice(1).map(({ resume }) => resume !== null);
      expect(resumed.indexOf(false)).toBe(2);
    },
  );

  it('ends after two resumed links that stay silent', async () => {
    const ready = await connectedRig(
      { resume: 'always' },
      { heartbeat: { interval: 1_000, timeout: 1_000 } },
    );
    const { server, pass, missed } = ready;
    server.emit('posted', 1);
    await pass(2_500);
    const first = server.connections[0]?.connectionId;
    const frozen = new Set<unknown>();
    const stop = server.onChange(() => {
      for (const connection of server.connections) {
        if (!connection.resumed || frozen.has(connection)) continue;
        frozen.add(connection);
        connection.freeze();
      }
    });
    server.drop();
    await pass(60_000);
    stop();
    expect(server.connections.at(-1)?.connectionId).not.toBe(first);
    expect(resumesOf(ready).slice(0, 4)).toEqual([null, 2, 2, null]);
    expect(missed).toMatchObject([{ reason: 'new-session' }]);
  });
});

describe('a slow network', () => {
  it('gets more time for the next pong each time one is missed, so that a large event gets through', async () => {
    const ready = await connectedRig({ resume: 'takeover' });
    const { server, service, events, missed, pass } = ready;
    await pass(1_500);
    // A browser shows nothing of a frame before its end: 12 s of silence on every link that brings the event.
    server.delay(12_000);
    server.emit('snapshot', 'large');
    await pass(60_000);
    expect(events.filter(({ event }) => event === 'snapshot')).toHaveLength(1);
    expect(missed).toEqual([]);
    expect(service.store.getState().status).toBe('connected');
  });
});

describe('a server without ids', () => {
  it('causes a notice with each new link, also if no event came in between', async () => {
    const { server, missed, pass } = await connectedRig({ hello: false, numbered: false });
    server.emit('price', 1);
    await pass();
    for (let round = 1; round <= 3; round += 1) {
      server.drop();
      await pass(3_010);
      expect(missed).toHaveLength(round);
    }
    expect(missed.every(({ reason }) => reason === 'unknown')).toBe(true);
  });

  it('causes none before it has sent an event: it may be a server with ids that has not sent its hello', async () => {
    const { server, missed, pass } = await connectedRig({ hello: false });
    server.drop();
    await pass(3_010);
    server.drop();
    await pass(3_010);
    expect(missed).toEqual([]);
  });
});

describe('an error handler', () => {
  it('that sends each error over the full queue is called once, and costs no queued message', async () => {
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() } satisfies Logger;
    const { server, service, config, errors, pass } = rig(
      {},
      { sendQueue: { limit: 10, ttl: 30_000 }, logger },
    );
    server.stall();
    service.errors$.subscribe(({ code }) => service.send('client_error', { code }));
    service.connect(config);
    await pass();
    for (let count = 0; count < 11; count += 1) service.send('important', count);
    expect(errors).toHaveLength(1);
    expect(logger.warn.mock.calls.at(-1)).toEqual([
      'Subscribers of errors$ caused more errors, which were not emitted.',
      { code: 'message-dropped', caused: 1 },
    ]);
  });

  it('hears the next error as usual', async () => {
    const { server, service, errors, pass } = await connectedRig();
    let depth = 0;
    service.errors$.subscribe(() => {
      depth += 1;
      if (depth < 100) service.send('bad', () => undefined);
    });
    server.garble('json');
    server.garble('json');
    await pass();
    expect(errors.map(({ code }) => code)).toEqual(['malformed-frame', 'malformed-frame']);
  });
});

describe('a heartbeat that changes on a live link', () => {
  const pings = ({ server }: Rig): number => server.received.filter(({ event }) => event === 'ping').length;

  it.each([false, { interval: 40, timeout: 40 }] as const)(
    'from %o is switched off and on',
    async (heartbeat) => {
      const ready = await connectedRig({}, { heartbeat });
      const { server, service, config, pass } = ready;
      await pass(390);
      expect(pings(ready) > 0).toBe(heartbeat !== false);
      service.connect({ ...config, heartbeat: false });
      const before = pings(ready);
      await pass(1_000);
      expect(pings(ready)).toBe(before);
      service.connect({ ...config, heartbeat: { interval: 40, timeout: 40 } });
      await pass(2_000);
      expect(pings(ready) - before).toBeGreaterThanOrEqual(49);
      expect(server.attempts).toBe(1);
    },
  );

  it('uses a shorter interval at once, and is not delayed by renders that change nothing', async () => {
    const ready = await connectedRig({});
    const { service, config, pass } = ready;
    await pass(1_500);
    expect(pings(ready)).toBe(1);
    service.connect({ ...config, heartbeat: { interval: 2_000 } });
    await pass(10_000);
    expect(pings(ready)).toBe(6);
    for (let render = 0; render < 20; render += 1) {
      service.connect({ ...config, heartbeat: { interval: 2_000 } });
      await pass(500);
    }
    expect(pings(ready)).toBe(11);
  });

  it('finds a dead link by a shorter timeout that came while it waits', async () => {
    const { server, service, config, pass } = await connectedRig({ resume: 'takeover' });
    await pass(1_500);
    server.freeze();
    await pass(30_000);
    service.connect({ ...config, heartbeat: { timeout: 2_000 } });
    await pass(2_000);
    expect(server.attempts).toBe(2);
  });
});

describe('a config', () => {
  it('may have a logger that is a function with the four methods', async () => {
    const nothing = (): void => undefined;
    const logger = Object.assign(vi.fn(), { debug: nothing, info: vi.fn(), warn: nothing, error: nothing });
    const { service, pass } = await connectedRig({}, { logger });
    await pass();
    expect(service.store.getState().status).toBe('connected');
    expect(logger.info).toHaveBeenCalled();
  });

  it("with another token is another user's session, also with auth: 'none'", async () => {
    const ready = await connectedRig({}, { auth: 'none', token: 'token-of-ann' });
    const { server, service, config, pass } = ready;
    server.emit('posted', 'for ann');
    await pass(50);
    service.connect({ ...config, token: 'token-of-ben' });
    await pass(50);
    expect(server.attempts).toBe(2);
    expect(resumesOf(ready)).toEqual([null, null]);
    expect(service.store.getState().lastEvents.get('posted')).toBeUndefined();
  });
});

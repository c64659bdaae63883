/** A service follows the lifecycle rules, against the fake server in virtual time. */
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, rig } from '../../support/fake.ts';

describe('connect', () => {
  it('returns events$, the same object before, during and after a connection', async () => {
    const { service, config, pass } = rig();
    const { events$ } = service;
    expect(service.connect(config)).toBe(events$);
    await pass();
    service.disconnect();
    expect(service.events$).toBe(events$);
  });

  it('opens a socket; subscribing does not', async () => {
    const { server, service, pass } = rig();
    service.events$.subscribe();
    service.event$('posted').subscribe();
    await pass(1000);
    expect(server.attempts).toBe(0);
  });

  it('does nothing for an equal config, even with new functions and objects', async () => {
    const { server, service, config, pass } = await connectedRig();
    service.connect({ ...config });
    service.connect({ ...config, closePolicy: () => 'retry', sendQueue: { limit: 5 }, random: () => 0.5 });
    await pass(1000);
    expect(server.socketsConstructed).toBe(1);
  });

  it('opens one socket for several configs in one tick, with the last of them', async () => {
    const { server, service, config, pass } = await connectedRig();
    for (const token of ['t-1', 't-2', 't-3', 't-4', 't-5']) {
      service.connect({ ...config, token });
      await Promise.resolve();
    }
    await pass();
    expect(server.socketsConstructed).toBe(2);
    expect(server.handshakes.at(-1)?.token).toBe('t-5');
    expect(server.socketCount).toBe(1);
  });

  it.each(['url', 'token', 'identity'] as const)('starts a new session for a new %s', async (key) => {
    const { server, service, config, pass } = await connectedRig({}, { identity: 'a' });
    server.emit('posted', 1);
    await pass();
    const first = service.store.getState().connectionId;
    const change = { url: `${server.url}?room=2`, token: 'tok-2', identity: 'b' };
    service.connect({
      ...config,
      ...(key === 'token' ? { identity: undefined } : { identity: 'a' }),
      [key]: change[key],
    });
    expect(service.store.getState()).toMatchObject({
      status: 'connecting',
      connectionId: null,
      lastEventId: null,
    });
    expect(service.store.getState().lastEvents.size).toBe(0);
    await pass();
    expect(server.handshakes.at(-1)?.resume).toBeNull();
    expect(service.store.getState().connectionId).not.toBe(first);
    expect(server.socketCount).toBe(1);
  });

  it('keeps the link for a new token of the same identity, and uses the token at the next attempt', async () => {
    const { server, service, config, pass } = await connectedRig({}, { identity: 'a' });
    service.connect({ ...config, identity: 'a', token: 'tok-2' });
    await pass();
    expect(server.socketsConstructed).toBe(1);
    server.drop();
    await pass(3000);
    expect(server.handshakes.at(-1)?.token).toBe('tok-2');
  });

  it.each([
    ['an empty url', { url: '' }],
    ['an empty token', { token: '' }],
    ['a token that is undefined', { token: undefined }],
  ])('stays disconnected with %s, and connects when it is set', async (_, empty) => {
    const { server, service, config, pass, errors } = await connectedRig();
    service.connect({ ...config, ...empty });
    await pass();
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'idle' });
    expect(server.socketCount).toBe(0);
    service.connect(config);
    await pass();
    expect(service.isConnected()).toBe(true);
    expect(errors).toEqual([]);
  });

  it('connects without a token if the key is missing or auth is none', async () => {
    const { server, service, config, pass } = rig();
    const { token: _, ...bare } = config;
    service.connect(bare);
    await pass();
    expect(server.handshakes.at(-1)?.token).toBeNull();
    service.connect({ ...config, auth: 'none' });
    await pass();
    expect(server.handshakes.at(-1)?.token).toBeNull();
    expect(service.isConnected()).toBe(true);
  });
});

describe('signing out', () => {
  it('clears everything that the previous user saw', async () => {
    const { server, service, config, pass } = await connectedRig();
    server.emit('secret', 'of Ann');
    await pass();
    service.connect({ ...config, token: '' });
    expect(service.store.getState().lastEvents.size).toBe(0);
  });

  it('clears more than a pause', async () => {
    const { server, service, config, pass } = await connectedRig();
    server.emit('price', 42);
    await pass();
    service.connect({ ...config, url: '' });
    expect(service.store.getState().lastEvents.get('price')?.data).toBe(42);
  });
});

describe('every way of stopping', () => {
  it.each<[string, (at: Awaited<ReturnType<typeof connectedRig>>) => unknown]>([
    ['while connected', () => {}],
    [
      'while the socket opens',
      ({ server, service, pass }) => {
        server.stall();
        service.reconnect();
        return pass();
      },
    ],
    [
      'during the backoff',
      ({ server, pass }) => {
        server.refuse();
        server.drop();
        return pass(100);
      },
    ],
    [
      'while the token is awaited',
      ({ service, config, pass }) => {
        service.connect({ ...config, token: () => new Promise<string>(() => {}) });
        return pass();
      },
    ],
    [
      'with a request pending',
      ({ service }) => {
        service.request('never').catch(() => {});
      },
    ],
    [
      'with events that no frame has shown yet',
      async ({ server, pass }) => {
        server.emit('posted');
        await pass(0);
      },
    ],
  ])('%s leaves no socket, timer or request', async (_, prepare) => {
    const at = await connectedRig({}, { batch: 'frame' });
    await prepare(at);
    at.service.disconnect();
    // The server's side of the closing handshake.
    await at.pass(2);
    const { socketsConstructed } = at.server;
    expect(at.service.store.getState()).toMatchObject({
      status: 'disconnected',
      reason: 'client',
      nextRetryAt: null,
    });
    // A socket that is still opening is closed when it has opened, or when connectTimeout is over.
    await at.pass(15_000);
    expect(at.server.socketCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    await at.pass(1_000_000);
    expect(at.server.socketsConstructed).toBe(socketsConstructed);
  });

  it('while the token is awaited opens no socket when the token arrives', async () => {
    let answer: (token: string) => void = () => {};
    const { server, service, config, pass } = rig(
      {},
      {
        token: () =>
          new Promise<string>((resolve) => {
            answer = resolve;
          }),
      },
    );
    service.connect(config);
    await pass(10);
    service.disconnect();
    answer('tok-late');
    await pass(1_000_000);
    expect(server.socketsConstructed).toBe(0);
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'client' });
  });

  it('leaves nothing after giving up, and reconnect() starts again from 0', async () => {
    const { server, service, config, pass, errors } = rig();
    server.refuse();
    service.connect(config);
    await pass(7 * 3000 + 100);
    expect(server.attempts).toBe(8);
    expect(service.store.getState()).toMatchObject({ reason: 'attempts-exhausted', reconnectAttempts: 8 });
    expect(errors.at(-1)?.code).toBe('attempts-exhausted');
    expect(vi.getTimerCount()).toBe(0);

    server.refuse(false);
    service.reconnect();
    expect(service.store.getState()).toMatchObject({
      status: 'reconnecting',
      reconnectAttempts: 0,
      error: null,
    });
    await pass();
    expect(service.isConnected()).toBe(true);
  });

  it('an explicit connect() with an equal config brings a stopped connection back', async () => {
    const { service, config, pass } = await connectedRig();
    service.disconnect();
    service.connect(config);
    await pass();
    expect(service.isConnected()).toBe(true);
  });
});

describe('connecting again', () => {
  it('waits by the formula, and shows the time of the next attempt', async () => {
    const { server, service, config, pass } = rig({}, { reconnectAttempts: Infinity, random: () => 0.5 });
    server.refuse();
    service.connect(config);
    await pass();
    const waits: number[] = [];
    for (let failure = 1; failure <= 11; failure += 1) {
      const { nextRetryAt, reconnectAttempts, status } = service.store.getState();
      expect(reconnectAttempts).toBe(failure);
      expect(status).toBe('reconnecting');
      const waitMs = (nextRetryAt ?? 0) - Date.now();
      waits.push(Math.round(waitMs / 1000));
      await pass(waitMs + 5);
    }
    expect(waits).toEqual([4, 4, 4, 4, 4, 4, 4, 193, 244, 301, 301]);
  });

  it.each([1000, 1001, 1006, 1011, 4000])(
    'retries after a close that we did not request: %i',
    async (code) => {
      const { server, service, pass } = await connectedRig();
      if (code === 1006) server.drop();
      else server.close(code, 'because');
      await pass();
      expect(service.store.getState()).toMatchObject({
        status: 'reconnecting',
        lastClose: { code, reason: code === 1006 ? '' : 'because', wasClean: code !== 1006 },
      });
      await pass(3000);
      expect(service.isConnected()).toBe(true);
    },
  );

  it('abandons a socket that does not open within connectTimeout', async () => {
    const { server, service, config, pass, errors } = rig({}, { connectTimeout: 500 });
    server.stall(1);
    service.connect(config);
    await pass(499);
    expect(service.store.getState().status).toBe('connecting');
    await pass(2);
    expect(errors.map(({ code }) => code)).toEqual(['connect-timeout']);
    expect(server.socketCount).toBe(0);
    await pass(3000);
    expect(service.isConnected()).toBe(true);
  });

  it('resets the failure count after a valid frame and minUptime, never on open', async () => {
    const { server, service, pass } = await connectedRig({}, { heartbeat: false });
    server.drop();
    await pass(3010);
    expect(service.store.getState()).toMatchObject({ status: 'connected', reconnectAttempts: 1 });
    await pass(10_000);
    expect(service.store.getState().reconnectAttempts).toBe(1);
    server.emit('posted');
    await pass();
    expect(service.store.getState().reconnectAttempts).toBe(0);
  });

  it('never gives up on a quiet link that is lost occasionally', async () => {
    const { server, service, pass } = await connectedRig({}, { heartbeat: false });
    for (let day = 0; day < 20; day += 1) {
      server.drop();
      await pass(400_000);
      expect(service.store.getState()).toMatchObject({ status: 'connected', reconnectAttempts: 0 });
    }
  });

  it('calls the token function for a fresh token after two refused handshakes, and only then', async () => {
    const reasons: string[] = [];
    const { server, service, config, pass } = rig(
      {},
      { token: ({ reason }) => `tok-${reasons.push(reason)}` },
    );
    server.refuse(5);
    service.connect(config);
    await pass(30_000);
    expect(service.isConnected()).toBe(true);
    expect(reasons).toEqual(['initial', 'reconnect', 'unauthorized', 'reconnect', 'reconnect', 'reconnect']);
  });

  it('asks again for a fresh token that did not arrive', async () => {
    const reasons: string[] = [];
    const { server, service, config, pass } = rig(
      {},
      {
        token: ({ reason }) => {
          if (reasons.push(reason) === 2) throw new Error('the sign-in service is down');
          return `tok-${reasons.length}`;
        },
      },
    );
    service.connect(config);
    await pass();
    server.close(4401);
    await pass(10_000);
    expect(reasons).toEqual(['initial', 'unauthorized', 'unauthorized']);
    expect(service.isConnected()).toBe(true);
  });

  it('rejects pending requests before the next socket opens', async () => {
    const { server, service, pass } = await connectedRig({ resume: 'takeover' });
    await pass(1_500);
    const order: string[] = [];
    server.handle('ask', () => new Promise(() => {}));
    service.request('ask').catch(() => order.push('rejected'));
    await pass();
    const made = server.socketsConstructed;
    server.onChange(
      () => server.socketsConstructed > made && order[0] !== 'new socket' && order.push('new socket'),
    );
    server.lose();
    server.emit('a');
    server.emit('b');
    await pass(100);
    expect(order[0]).toBe('rejected');
    expect(order).toContain('new socket');
  });

  it('does not count the loss of a link as a refusal', async () => {
    const reasons: string[] = [];
    const { server, service, config, pass } = rig(
      {},
      { token: ({ reason }) => `tok-${reasons.push(reason)}` },
    );
    service.connect(config);
    await pass();
    server.refuse(4);
    server.drop();
    await pass(30_000);
    expect(service.isConnected()).toBe(true);
    expect(reasons.slice(1)).toEqual(['reconnect', 'reconnect', 'unauthorized', 'reconnect', 'reconnect']);
  });

  it('asks for one token at a time, even if reconnect() is called repeatedly', async () => {
    let asked = 0;
    const { server, service, config, pass } = rig(
      {},
      {
        token: () => {
          asked += 1;
          return new Promise((resolve) => setTimeout(resolve, 1_000, 'tok'));
        },
      },
    );
    service.connect(config);
    await pass(10);
    for (let times = 0; times < 20; times += 1) {
      service.reconnect();
      await pass(10);
    }
    await pass(2_000);
    expect(asked).toBe(1);
    expect(server.attempts).toBe(1);
    expect(service.isConnected()).toBe(true);
  });

  it('gives up on a server that repeatedly accepts and drops at once', async () => {
    const { server, service, config, pass } = rig();
    const drops = setInterval(() => server.drop(), 50);
    service.connect(config);
    await pass(60_000);
    clearInterval(drops);
    expect(service.store.getState().reason).toBe('attempts-exhausted');
    expect(server.attempts).toBe(8);
  });

  it('spreads the first wait after a server event over restartSpread', async () => {
    const { server, service, pass } = await connectedRig({}, { restartSpread: 30_000, random: () => 0.5 });
    server.close(1012, 'deploy');
    await pass(0);
    expect((service.store.getState().nextRetryAt ?? 0) - Date.now()).toBe(18_000);
  });

  it('stops if closePolicy returns fatal, also for clean closes', async () => {
    const asked: number[] = [];
    const { server, service, pass } = await connectedRig(
      {},
      {
        closePolicy: (close) => {
          asked.push(close.code);
          return 'fatal';
        },
      },
    );
    server.close(1000);
    await pass();
    expect(asked).toEqual([1000]);
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'fatal-close' });
  });

  it('calls the token function for a fresh token after 4401 once, then is unauthorized', async () => {
    const reasons: string[] = [];
    const { server, service, pass } = await connectedRig(
      {},
      {
        token: ({ reason }) => {
          reasons.push(reason);
          return `tok-${reasons.length}`;
        },
      },
    );
    server.close(4401, 'expired');
    await pass();
    expect(reasons).toEqual(['initial', 'unauthorized']);
    expect(server.handshakes.at(-1)?.token).toBe('tok-2');
    expect(service.isConnected()).toBe(true);
  });

  it('ignores a socket that it has detached', async () => {
    const { server, service, events, statuses, pass } = await connectedRig();
    const before = events.length;
    server.freeze();
    server.emit('late');
    service.reconnect();
    await pass();
    const seen = statuses.length;
    server.thaw();
    await pass(1000);
    expect(events.slice(before).map(({ event }) => event)).not.toContain('late');
    expect(statuses.length).toBe(seen);
    expect(server.socketCount).toBe(1);
  });

  it('reconnect() replaces a link that looks alive', async () => {
    const { server, service, statuses, pass } = await connectedRig();
    server.freeze();
    service.reconnect();
    expect(service.store.getState().status).toBe('reconnecting');
    await pass();
    expect(service.isConnected()).toBe(true);
    expect(server.socketsConstructed).toBe(2);
    expect(statuses).toEqual(['disconnected', 'connecting', 'connected', 'reconnecting', 'connected']);
  });
});

describe('the sequence', () => {
  it('resumes the session without a notice', async () => {
    const { server, service, events, missed, pass } = await connectedRig();
    server.emit('posted', 1);
    await pass();
    server.drop();
    server.emit('posted', 2);
    server.emit('posted', 3);
    await pass(3010);
    expect(service.isConnected()).toBe(true);
    expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    expect(missed).toEqual([]);
  });

  it('publishes one notice for a new session, before its first event', async () => {
    const { server, service, missed, pass } = await connectedRig();
    const order: string[] = [];
    service.events$.subscribe(({ event }) => order.push(event));
    service.missed$.subscribe(({ reason }) => order.push(reason));
    server.emit('posted', 1);
    await pass();
    const previousConnectionId = service.store.getState().connectionId;
    server.restart();
    await pass(3010);
    server.emit('posted', 1);
    await pass();
    expect(order).toEqual(['posted', 'new-session', 'hello', 'posted']);
    expect(missed).toMatchObject([{ reason: 'new-session', previousConnectionId }]);
  });

  it('drops a lower number, and delivers a higher one after exactly one gap notice', async () => {
    const { server, service, events, missed, pass } = await connectedRig({ hello: false });
    server.emit('posted', 1);
    await pass();
    server.duplicate();
    server.skip(4);
    server.emit('posted', 2);
    server.emit('posted', 3);
    await pass();
    expect(events.map(({ seq }) => seq)).toEqual([0, 5, 6]);
    expect(missed).toEqual([expect.objectContaining({ reason: 'gap', expected: 1, received: 5, count: 4 })]);
    expect(service.isConnected()).toBe(true);
  });

  it('publishes a notice at once when it reconnects to a server without numbers and hello', async () => {
    const { server, missed, pass } = await connectedRig({ hello: false, numbered: false });
    server.emit('posted', 1);
    await pass();
    server.drop();
    await pass(3010);
    expect(missed).toMatchObject([{ reason: 'unknown', expected: null, received: null, count: null }]);
  });
});

/** After a break, events are held while `resync` runs. Covers jitter, and everything that ends the wait. */
import type { IWebSocketConfig, MissedEvents, ResyncContext } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig } from '../../support/fake.ts';

interface Fetch {
  readonly missed: MissedEvents;
  readonly signal: AbortSignal;
  done(): void;
  fail(reason: unknown): void;
}

/** A `resync` that settles when the test says so. */
function handMade() {
  const fetches: Fetch[] = [];
  const resync = (missed: MissedEvents, { signal }: ResyncContext) =>
    new Promise<void>((done, fail) => fetches.push({ missed, signal, done, fail }));
  return { fetches, resync };
}

async function rigWith(more: Partial<IWebSocketConfig> = {}) {
  const { fetches, resync } = handMade();
  const rig = await connectedRig({}, { resync, ...more });
  const log: unknown[] = [];
  rig.service.missed$.subscribe(({ reason }) => log.push(reason));
  rig.service.events$.subscribe(({ event, data }) => log.push(event === 'hello' ? event : data));
  /** Starts a new session on the server, which forgets the old one. */
  const restart = async (): Promise<void> => {
    rig.server.restart();
    await rig.pass(3_100);
  };
  return { ...rig, fetches, log, restart };
}

describe('resync', () => {
  it('holds events until it settles, then delivers them in order', async () => {
    const { server, service, fetches, log, restart, pass } = await rigWith();
    server.emit('posted', 1);
    await pass();
    await restart();
    server.emit('posted', 2);
    server.emit('posted', 3);
    await pass();
    expect(service.store.getState()).toMatchObject({ status: 'connected', lastEventId: null });
    expect(log).toEqual([1, 'new-session']);
    expect(fetches).toHaveLength(1);
    expect(fetches[0]?.missed).toMatchObject({ reason: 'new-session' });
    fetches[0]?.done();
    await pass();
    expect(log).toEqual([1, 'new-session', 'hello', 2, 3]);
    expect(service.store.getState().lastEventId).toBe('2');
    server.emit('posted', 4);
    await pass();
    expect(log.at(-1)).toBe(4);
  });

  it('is not called for a successful resume, nor for the first connection', async () => {
    const { server, fetches, log, pass } = await rigWith();
    server.drop();
    server.emit('posted', 1);
    await pass(5_000);
    expect(log).toEqual([1]);
    expect(fetches).toEqual([]);
  });

  it('may fetch over the socket itself: replies are not held', async () => {
    const answers: unknown[] = [];
    const { server, service, config, pass } = await connectedRig();
    server.handle('history', () => 'all of it');
    service.connect({
      ...config,
      resync: async () => void answers.push(await service.request('history')),
    });
    server.restart();
    await pass(3_100);
    expect(answers).toEqual(['all of it']);
  });

  it('that rejects releases the events and is reported', async () => {
    const { fetches, log, errors, restart, pass } = await rigWith();
    await restart();
    fetches[0]?.fail(new Error('no route for tok-4711'));
    await pass();
    expect(log).toEqual(['new-session', 'hello']);
    expect(errors.map(({ code }) => code)).toEqual(['resync-failed']);
    expect(errors[0]?.message).toContain('no route for [redacted]');
  });

  it('that throws synchronously releases the events and is reported', async () => {
    const { log, errors, restart } = await rigWith({
      resync: () => {
        throw new Error('not ready');
      },
    });
    await restart();
    expect(log).toEqual(['new-session', 'hello']);
    expect(errors.map(({ code }) => code)).toEqual(['resync-failed']);
  });

  it('that takes too long releases the events', async () => {
    const { fetches, log, errors, restart, pass } = await rigWith({ resyncTimeout: 1_000 });
    await restart();
    await pass(500);
    expect(fetches[0]?.signal.aborted).toBe(false);
    await pass(600);
    expect(fetches[0]?.signal.aborted).toBe(true);
    expect(log).toEqual(['new-session', 'hello']);
    expect(errors).toMatchObject([{ code: 'resync-failed', details: { resyncTimeout: 1_000 } }]);
  });

  it('runs one at a time: the notice of a second break waits for the first resync', async () => {
    const { server, fetches, log, restart, pass } = await rigWith();
    await restart();
    server.emit('posted', 'between');
    await pass();
    await restart();
    server.emit('posted', 'after');
    await pass();
    expect(log).toEqual(['new-session']);
    fetches[0]?.done();
    await pass();
    expect(log).toEqual(['new-session', 'hello', 'between', 'new-session']);
    fetches[1]?.done();
    await pass();
    expect(log).toEqual(['new-session', 'hello', 'between', 'new-session', 'hello', 'after']);
  });

  it('is aborted when the session ends, and the held events are discarded', async () => {
    const { service, config, fetches, log, restart, pass } = await rigWith();
    await restart();
    service.disconnect();
    await pass();
    expect(fetches[0]?.signal.aborted).toBe(true);
    fetches[0]?.done();
    await pass();
    expect(log).toEqual(['new-session']);
    service.connect(config);
    await pass();
    fetches[1]?.done();
    await pass();
    expect(log).toEqual(['new-session', 'new-session', 'hello']);
  });

  it('publishes the next session after the held events of this one', async () => {
    const { server, service, fetches, restart, pass } = await rigWith();
    await restart();
    const { connectionId: second } = server.connections[0] ?? {};
    await restart();
    const { connectionId: third } = server.connections[0] ?? {};
    expect(service.store.getState().connectionId).toBe(second);
    fetches[0]?.done();
    await pass();
    expect(service.store.getState().connectionId).toBe(third);
  });

  it('leaves no timer', async () => {
    const { service, restart, pass } = await rigWith({ missedEventsJitter: 5_000, random: () => 0.9 });
    await restart();
    service.dispose();
    await pass();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('missedEventsJitter', () => {
  it('delays resync but not missed$, and the events wait for resync', async () => {
    const { server, service, config, fetches, log, pass } = await rigWith();
    service.connect({ ...config, missedEventsJitter: 10_000, random: () => 0.5 });
    server.restart();
    // Half of the reconnection's jitter too.
    await pass(4_100);
    expect(log).toEqual(['new-session']);
    expect(fetches).toEqual([]);
    await pass(5_000);
    expect(fetches).toHaveLength(1);
    fetches[0]?.done();
    await pass();
    expect(log).toEqual(['new-session', 'hello']);
  });

  it('must be a number of milliseconds', async () => {
    const { service } = await connectedRig({}, { missedEventsJitter: -1 });
    expect(service.store.getState().error?.message).toMatch(/^The option "missedEventsJitter" must be/);
  });
});

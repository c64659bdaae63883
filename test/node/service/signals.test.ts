/** The option `signals` replaces the events of the page. In virtual time. */
import type { WakeSignal } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, rig } from '../../support/fake.ts';
import { installPage } from '../../support/page.ts';

type On = (signal: WakeSignal) => void;

/** A source that the test fires. */
function source() {
  const listeners = new Set<On>();
  const signals = vi.fn((on: On) => {
    listeners.add(on);
    return () => void listeners.delete(on);
  });
  return {
    signals,
    listeners,
    fire: (signal: WakeSignal) => {
      for (const on of [...listeners]) on(signal);
    },
  };
}

describe('signals', () => {
  it('replaces the listeners on the page, which has none then', async () => {
    const page = installPage();
    const { signals, listeners } = source();
    const { service } = await connectedRig({}, { signals });
    expect([page.listeners, listeners.size]).toEqual([0, 1]);
    service.disconnect();
    expect(listeners.size).toBe(0);
    service.reconnect();
    expect([page.listeners, listeners.size]).toEqual([0, 1]);
  });

  it('wakes a waiting connection', async () => {
    const { signals, fire } = source();
    const { server, service, pass } = await connectedRig({}, { signals, reconnectDelay: 60_000 });
    server.drop();
    await pass(5_000);
    fire('wake');
    await pass(100);
    expect(service.isConnected()).toBe(true);
  });

  it.each(['wake', 'network-suspect'] as const)('checks an open link with %s', async (signal) => {
    const { signals, fire } = source();
    const { server, pass } = await connectedRig({ resume: 'takeover' }, { signals });
    await pass(10_000);
    server.freeze();
    fire(signal);
    await pass(5_100);
    expect(server.attempts).toBe(2);
  });

  it('closes the link with suspend, and resumes the session with wake', async () => {
    const { signals, fire } = source();
    const { server, service, events, missed, pass } = await connectedRig({}, { signals });
    fire('suspend');
    await pass(60_000);
    expect(server.socketCount).toBe(0);
    server.emit('posted', 'meanwhile');
    expect(service.store.getState().status).toBe('reconnecting');
    fire('wake');
    await pass(100);
    expect(events.map(({ event }) => event)).toEqual(['hello', 'posted']);
    expect(missed).toEqual([]);
  });

  it('does not revive what the app disconnected', async () => {
    let on: On = () => undefined;
    const { server, service, pass } = await connectedRig(
      {},
      {
        signals: (given) => {
          on = given;
          return () => undefined;
        },
      },
    );
    service.disconnect();
    on('wake');
    await pass(60_000);
    expect(server.attempts).toBe(1);
  });

  it('is called once, although each render passes another function', async () => {
    const { signals, listeners } = source();
    const { service, config, pass } = await connectedRig({}, { signals });
    for (let render = 0; render < 5; render += 1) {
      service.connect({ ...config, signals: (on) => signals(on) });
      await pass();
    }
    expect(signals).toHaveBeenCalledTimes(1);
    expect(listeners.size).toBe(1);
  });

  it('can be added and removed while connected', async () => {
    const page = installPage();
    const { signals, listeners } = source();
    const { server, service, config, pass } = await connectedRig();
    expect(page.listeners).toBeGreaterThan(0);
    service.connect({ ...config, signals });
    expect([page.listeners, listeners.size]).toEqual([0, 1]);
    service.connect(config);
    expect(page.listeners).toBeGreaterThan(0);
    expect(listeners.size).toBe(0);
    await pass();
    expect(server.attempts).toBe(1);
  });

  it('may fire at once, from inside its own call', async () => {
    const { service } = await connectedRig(
      {},
      {
        signals: (on) => {
          on('wake');
          return () => undefined;
        },
      },
    );
    expect(service.isConnected()).toBe(true);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no such module');
      },
      'The option signals threw: no such module',
    ],
    [
      'returns nothing',
      () => undefined,
      'The option signals returned a value of type undefined. It must return a function.',
    ],
    [
      'names an unknown signal',
      (on: (signal: string) => void) => {
        on('awake');
        return () => undefined;
      },
      'The option signals threw: there is no signal "awake". Use wake, network-suspect, suspend',
    ],
    [
      'throws when it ends',
      () => () => {
        throw new Error('already removed');
      },
      'The option signals threw: already removed',
    ],
  ] as const)('that %s is reported, and affects nothing else', async (_, signals, words) => {
    const { service, errors, config, pass } = rig();
    service.connect({ ...config, signals: signals as never });
    await pass();
    expect(service.isConnected()).toBe(true);
    service.disconnect();
    await pass();
    expect(service.store.getState().reason).toBe('client');
    expect(errors.map(({ code, message }) => [code, message])).toEqual([['handler-failed', words]]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

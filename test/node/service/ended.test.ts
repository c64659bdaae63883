/** A close that the policy calls `done`: the server has sent all that there was, and nothing is wrong. In virtual time. */
import { defaultClosePolicy, type IWebSocketConfig } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

const endsWith1000: Partial<IWebSocketConfig> = {
  closePolicy: (close) => (close.code === 1000 ? 'done' : defaultClosePolicy(close)),
};

/** A stream of two lines, after which its server closes with 1000. */
async function ended(more: Partial<IWebSocketConfig> = {}): Promise<Rig> {
  const ready = await connectedRig({}, { ...endsWith1000, ...more });
  ready.server.emit('line', 1);
  ready.server.emit('line', 2);
  ready.server.close(1000, 'complete');
  await ready.pass();
  return ready;
}

describe('a close policy that returns done', () => {
  it('ends the connection without an error, after the last event', async () => {
    const { server, service, events, missed, errors, statuses, pass } = await ended();
    await pass(600_000);
    expect(service.store.getState()).toMatchObject({
      status: 'disconnected',
      reason: 'ended',
      error: null,
      reconnectAttempts: 0,
      nextRetryAt: null,
      lastClose: { code: 1000, reason: 'complete', wasClean: true },
    });
    expect(events.map(({ data }) => data).slice(1)).toEqual([1, 2]);
    expect([missed, errors]).toEqual([[], []]);
    expect(statuses).toEqual(['disconnected', 'connecting', 'connected', 'disconnected']);
    expect(server.attempts).toBe(1);
  });

  it('leaves no socket and no timer, and does not complete the streams', async () => {
    const { server, service } = await ended();
    const complete = vi.fn();
    service.events$.subscribe({ complete });
    expect(server.socketCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(complete).not.toHaveBeenCalled();
  });

  it('rejects requests that wait for a reply, and drops what is queued afterwards', async () => {
    const { server, service, pass } = await connectedRig(
      { handlers: { ask: () => new Promise(() => {}) } },
      { ...endsWith1000, sendQueue: {} },
    );
    const asked = expect(service.request('ask')).rejects.toMatchObject({ code: 'connection-lost' });
    await pass();
    server.close(1000);
    await pass();
    await asked;
    expect(service.send('more')).toBe('refused');
  });

  it('forgets the failures before it', async () => {
    const { server, service, config, pass } = rig({}, endsWith1000);
    server.refuse(2);
    service.connect(config);
    await pass(10_000);
    expect(service.store.getState()).toMatchObject({ status: 'connected', reconnectAttempts: 2 });
    server.close(1000);
    await pass();
    expect(service.store.getState()).toMatchObject({ reason: 'ended', error: null, reconnectAttempts: 0 });
  });

  it('may also be the verdict on a socket that never opened', async () => {
    const { server, service, config, errors, pass } = rig({}, { closePolicy: () => 'done' });
    server.refuse();
    service.connect(config);
    await pass(100);
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'ended', error: null });
    expect(errors).toEqual([]);
  });

  it('is believed right after an unanswered ping too', async () => {
    const { server, service, errors, pass } = await connectedRig({ pong: false }, endsWith1000);
    await pass(1_010);
    server.close(1000);
    await pass(60_000);
    expect(service.store.getState().reason).toBe('ended');
    expect(errors).toEqual([]);
  });
});

describe('an ended connection', () => {
  it.each(['connect', 'reconnect'] as const)('begins a new session with %s()', async (command) => {
    const { server, service, config, pass } = await ended();
    if (command === 'connect') service.connect(config);
    else service.reconnect();
    await pass(100);
    expect(service.isConnected()).toBe(true);
    expect(server.handshakes.map(({ resume }) => resume)).toEqual([null, null]);
  });

  it('begins a new session for another url', async () => {
    const { server, service, config, pass } = await ended();
    service.connect({ ...config, url: `${server.url}?job=2` });
    await pass(100);
    expect(service.isConnected()).toBe(true);
  });
});

/** A pause keeps the session for a while; what belongs to another user or place is gone at once. */
import type { IWebSocketConfig } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, type Rig } from '../../support/fake.ts';

const ann = { identity: 'ann', token: 'tok-of-ann' } as const;

/** Ann is connected and was sent an event. */
async function signedIn(more: Partial<IWebSocketConfig> = {}): Promise<Rig> {
  const ready = await connectedRig({}, { ...ann, ...more });
  ready.server.emit('posted', 'for ann');
  await ready.pass();
  return ready;
}

const outcomes = ({ server }: Rig): unknown[] => server.handshakes.map(({ outcome }) => outcome);

const shown = ({ service }: Rig): unknown => service.store.getState().lastEvents.get('posted')?.data;

describe('a pause', () => {
  it('is resumed without a loss, and without a notice', async () => {
    const ready = await signedIn();
    const { server, service, config, events, missed, statuses, pass } = ready;
    const { connectionId } = service.store.getState();
    service.connect({ ...config, url: '' });
    await pass();
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'idle', connectionId });
    expect(server.socketCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    server.emit('posted', 'meanwhile');
    await pass(29_000);
    service.connect(config);
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', 'resumed']);
    expect(events.map(({ data }) => data)).toEqual([expect.anything(), 'for ann', 'meanwhile']);
    expect(missed).toEqual([]);
    expect(statuses.slice(2)).toEqual(['connected', 'disconnected', 'connecting', 'connected']);
  });

  it('of 30 s or more ends the session', async () => {
    const ready = await signedIn();
    const { service, config, missed, pass } = ready;
    service.connect({ ...config, url: '' });
    await pass(30_000);
    service.connect(config);
    expect(service.store.getState()).toMatchObject({ connectionId: null, lastEventId: null });
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', 'new-session']);
    expect(missed).toMatchObject([{ reason: 'new-session', previousConnectionId: null }]);
  });

  it('is not made longer by configs that say the same again', async () => {
    const ready = await signedIn();
    const { service, config, pass } = ready;
    for (let render = 0; render < 4; render += 1) {
      service.connect({ ...config, url: '' });
      await pass(10_000);
    }
    service.connect(config);
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', 'new-session']);
  });

  it('lasts as long as pauseGrace says, which may come with the empty url', async () => {
    const ready = await signedIn();
    const { service, config, pass } = ready;
    service.connect({ ...config, url: '', pauseGrace: 60_000 });
    await pass(59_000);
    service.connect(config);
    await pass();
    service.connect({ ...config, url: '', pauseGrace: 0 });
    expect(service.store.getState().connectionId).toBeNull();
    await pass();
    expect(vi.getTimerCount()).toBe(0);
    service.connect(config);
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', 'resumed', 'new-session']);
  });

  it.each([
    ['a new token of the same identity', { token: 'tok-of-ann-2' }, 'resumed'],
    ['another identity', { identity: 'ben' }, 'new-session'],
    ['another url', { url: 'ws://fake.everwire.test/ws?shard=2' }, 'new-session'],
  ] as const)('is followed by %s', async (_, change, outcome) => {
    const ready = await signedIn();
    const { service, config, pass } = ready;
    service.connect({ ...config, url: '' });
    await pass(1_000);
    service.connect({ ...config, ...change });
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', outcome]);
    expect(shown(ready)).toBe(outcome === 'resumed' ? 'for ann' : undefined);
  });

  it.each([
    ['the same string token, where there is no identity', 'tok-of-ann', 'resumed'],
    ['another string token', 'tok-of-ben', 'new-session'],
  ])('compares %s', async (_, token, outcome) => {
    const ready = await signedIn({ identity: undefined });
    const { service, config, pass } = ready;
    service.connect({ ...config, url: '' });
    service.connect({ ...config, token });
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', outcome]);
  });

  it.each<[string, Partial<IWebSocketConfig>, Partial<IWebSocketConfig>, string]>([
    ['another identity', ann, { identity: 'ben', token: 'tok-of-ben' }, 'new-session'],
    [
      'another string token, without an identity',
      { token: 'tok-of-ann' },
      { token: 'tok-of-ben' },
      'new-session',
    ],
    [
      'an identity, where no user was named',
      { auth: 'none' },
      { auth: 'none', identity: 'ben' },
      'new-session',
    ],
    ['a config that names no user, like the last one', { auth: 'none' }, { auth: 'none' }, 'resumed'],
  ])('that a subscriber of the status ends at once with %s', async (_, first, second, outcome) => {
    const ready = await connectedRig({}, { token: undefined, ...first });
    const { server, service, config, pass } = ready;
    server.emit('posted', 'for the first');
    await pass();
    const { connectionId } = service.store.getState();
    const stop = service.store.subscribe(({ status }) => {
      if (status !== 'disconnected') return;
      stop();
      service.connect({ ...config, ...second });
    });
    service.connect({ ...config, url: '' });
    const isKept = outcome === 'resumed';
    expect(service.store.getState().connectionId).toBe(isKept ? connectionId : null);
    expect(shown(ready)).toBe(isKept ? 'for the first' : undefined);
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', outcome]);
  });

  it('ends with disconnect(), and reconnect() does not end it', async () => {
    const ready = await signedIn();
    const { server, service, config, errors, pass } = ready;
    service.connect({ ...config, url: '' });
    service.reconnect();
    await pass(1_000);
    expect(server.attempts).toBe(1);
    expect(errors.map(({ code }) => code)).toEqual(['not-connected']);
    service.disconnect();
    expect(service.store.getState()).toMatchObject({ reason: 'client', connectionId: null });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of a connection that was given up keeps its session too', async () => {
    const ready = await signedIn({ reconnectAttempts: 0 });
    const { server, service, config, pass } = ready;
    server.drop();
    await pass();
    expect(service.store.getState().reason).toBe('attempts-exhausted');
    service.connect({ ...config, url: '' });
    expect(service.store.getState().reason).toBe('idle');
    await pass(29_000);
    service.connect(config);
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', 'resumed']);
  });

  it('rejects requests, refuses messages and drops the queue', async () => {
    const { server, service, config, errors, pass } = await signedIn({ sendQueue: {} });
    const ends: unknown[] = [];
    server.handle('ask', () => new Promise(() => undefined));
    service.request('ask').catch(({ code }) => ends.push(code));
    await pass();
    server.drop();
    await pass();
    expect(service.send('typing')).toBe('queued');
    service.connect({ ...config, url: '' });
    expect(service.send('typing')).toBe('refused');
    await pass();
    expect(ends).toEqual(['connection-lost']);
    expect(errors).toMatchObject([{ code: 'message-dropped', details: { reason: 'disconnected' } }]);
  });

  it('keeps the events that are held, and delivers them when resync is done', async () => {
    const done: (() => void)[] = [];
    const ready = await signedIn({ resync: () => new Promise<void>((resolve) => done.push(resolve)) });
    const { server, service, config, events, pass } = ready;
    server.restart();
    await pass(3_100);
    server.emit('posted', 'held');
    await pass();
    service.connect({ ...config, url: '' });
    await pass(1_000);
    done[0]?.();
    await pass();
    expect(events.at(-1)?.data).toBe('held');
    service.connect(config);
    await pass();
    expect(outcomes(ready).at(-1)).toBe('resumed');
  });

  it('does not end for a link that was quiet before it', async () => {
    const ready = await signedIn();
    const { service, config, missed, pass } = ready;
    for (let round = 0; round < 8; round += 1) {
      service.connect({ ...config, url: '' });
      await pass(1_000);
      service.connect(config);
      await pass(1_000);
    }
    expect(outcomes(ready).slice(1)).toEqual(Array(8).fill('resumed'));
    expect(missed).toEqual([]);
  });
});

describe("another user's config", () => {
  const ben = { identity: 'ben', token: 'tok-of-ben' } as const;

  it.each<[string, Partial<IWebSocketConfig>]>([
    ['without an address', { ...ben, url: '' }],
    ['that is invalid', { ...ben, reconnectDelay: -1 }],
    ['with an address that is invalid', { ...ben, url: 'ftp://nowhere' }],
    ['with no address at all', { ...ben, url: undefined as unknown as string }],
    ['with an identity that is no string', { ...ben, identity: 7 as unknown as string }],
    ['that is signed out, and invalid', { identity: 'ann', token: '', reconnectDelay: -1 }],
    ['that is signed out, without an address', { identity: 'ann', token: '', url: '' }],
  ])('%s leaves nothing of the last one', async (_, change) => {
    const ready = await signedIn();
    const { server, service, config, pass } = ready;
    service.connect({ ...config, ...change });
    expect(shown(ready)).toBeUndefined();
    const { status, connectionId, lastEventId } = service.store.getState();
    expect({ status, connectionId, lastEventId }).toEqual({
      status: 'disconnected',
      connectionId: null,
      lastEventId: null,
    });
    await pass();
    expect(server.socketCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    service.connect(config);
    await pass();
    expect(outcomes(ready)).toEqual(['new-session', 'new-session']);
    expect(shown(ready)).toBeUndefined();
  });

  it('leaves nothing during a pause either', async () => {
    const ready = await signedIn();
    const { service, config, pass } = ready;
    service.connect({ ...config, url: '' });
    await pass(1_000);
    expect(shown(ready)).toBe('for ann');
    service.connect({ ...config, ...ben, url: '' });
    expect(shown(ready)).toBeUndefined();
    expect(service.store.getState().connectionId).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps what is shown if it is the same user, whose config is invalid', async () => {
    const ready = await signedIn();
    const { service, config } = ready;
    service.connect({ ...config, reconnectDelay: -1 });
    expect(shown(ready)).toBe('for ann');
    expect(service.store.getState()).toMatchObject({ reason: 'invalid-config', connectionId: null });
  });
});

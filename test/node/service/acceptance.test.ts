/** The acceptance list, item by item, each on a real `ws` server. */
import {
  createWebSocketService,
  type IWebSocketConfig,
  vendorBackoff,
  type WebSocketConstructor,
  websocketService,
} from 'everwire/core';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { eventually } from '../../support/patience.ts';
import { nextEvent, record, untilState } from '../../support/service.ts';
import { startServer } from '../../support/ws-server.ts';

const client = WebSocket as unknown as WebSocketConstructor;

function configFor(url: string, more: Partial<IWebSocketConfig> = {}): IWebSocketConfig {
  return { url, token: 'token-1', WebSocket: client, reconnectDelay: 5, reconnectJitter: 0, ...more };
}

afterEach(() => websocketService.disconnect());

describe('websocketService', () => {
  it('connect() establishes the connection, and disconnect() closes it cleanly', async () => {
    await using server = await startServer();
    websocketService.connect(configFor(server.url));
    const connection = await server.connection();
    await untilState(websocketService, ({ status }) => status === 'connected');
    expect(websocketService.isConnected()).toBe(true);

    const closed = new Promise<number>((resolve) => connection.socket.on('close', resolve));
    websocketService.disconnect();
    expect(await closed).toBe(1000);
    expect(websocketService.isConnected()).toBe(false);
    expect(websocketService.store.getState()).toMatchObject({ status: 'disconnected', reason: 'client' });
  });

  it('send() sends', async () => {
    await using server = await startServer();
    websocketService.connect(configFor(server.url));
    const connection = await server.connection();
    await untilState(websocketService, ({ status }) => status === 'connected');
    expect(websocketService.send('user_typing', { channel_id: 'c1' })).toBe('sent');
    expect(await connection.next()).toMatchObject({ event: 'user_typing', data: { channel_id: 'c1' } });
  });

  it('events$ emits every received event', async () => {
    await using server = await startServer();
    const { service, events } = record();
    service.connect(configFor(server.url));
    const connection = await server.connection();
    const last = nextEvent(service, 'last');
    connection.hello('c1');
    for (let seq = 1; seq <= 100; seq += 1) connection.emit('posted', { seq }, seq);
    connection.emit('last', null, 101);
    await last;
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 102 }, (_, seq) => seq));
    expect(events.map(({ event }) => event)).toEqual(['hello', ...Array(100).fill('posted'), 'last']);
  });
});

describe('auto-reconnect', () => {
  it("uses the vendor's n² backoff: 3 s for the first 7, then n² growth, jitter on every delay, capped before jitter", () => {
    const context = {
      previousDelayMs: null,
      reconnectDelay: 3000,
      reconnectDelayMax: 300_000,
      reconnectJitter: 2000,
      backoffAfter: 7,
      random: () => 0.5,
    };
    const waits = Array.from({ length: 11 }, (_, index) =>
      vendorBackoff({ ...context, failures: index + 1 }),
    );
    expect(waits).toEqual([...Array(7).fill(4000), 193_000, 244_000, 301_000, 301_000]);
  });

  it('makes at most 7 more attempts before it gives up, by default', async () => {
    await using server = await startServer();
    server.refusing = true;
    const { service, statuses } = record();
    service.connect(configFor(server.url));
    const state = await untilState(service, ({ reason }) => reason === 'attempts-exhausted');
    expect(server.handshakes).toBe(8);
    expect(state).toMatchObject({ status: 'disconnected', reconnectAttempts: 8, nextRetryAt: null });
    expect(state.error?.code).toBe('attempts-exhausted');
    expect(statuses).toEqual(['disconnected', 'connecting', 'reconnecting', 'disconnected']);
  });

  it('reconnects when the server is back, and resumes its session', async () => {
    await using server = await startServer();
    const { service, events, missed } = record();
    service.connect(configFor(server.url));
    const first = await server.connection();
    const got = nextEvent(service, 'posted');
    first.hello('c1');
    first.emit('posted', 1, 1);
    await got;
    first.socket.terminate();
    const second = await server.connection();
    expect(second.query.get('connection_id')).toBe('c1');
    expect(second.query.get('sequence_number')).toBe('2');
    const again = nextEvent(service, 'posted');
    second.emit('posted', 2, 2);
    await again;
    expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(missed).toEqual([]);
  });
});

describe('connection state', () => {
  it('updates in the store: status, the id from hello, the sequence number', async () => {
    await using server = await startServer();
    const { service, statuses } = record();
    service.connect(configFor(server.url));
    const connection = await server.connection();
    connection.hello('conn-1');
    const state = await untilState(service, ({ lastEventId }) => lastEventId !== null);
    expect(state).toMatchObject({ status: 'connected', connectionId: 'conn-1', lastEventId: '0' });
    connection.emit('posted', null, 1);
    await untilState(service, ({ lastEventId }) => lastEventId === '1');
    expect(statuses).toEqual(['disconnected', 'connecting', 'connected']);
  });

  it("keeps 0 for a sequence number, in setLastEventId('0') too", () => {
    const { store } = createWebSocketService();
    store.getState().setLastEventId('0');
    expect(store.getState().lastEventId).toBe('0');
    store.getState().setLastEventId(0);
    expect(store.getState().lastEventId).toBe('0');
  });

  it('has actions that write the named values', () => {
    const { store } = createWebSocketService();
    const actions = store.getState();
    actions.setConnectionState('connected');
    actions.setConnectionId('c');
    actions.incrementReconnectAttempts();
    actions.incrementReconnectAttempts();
    expect(store.getState()).toMatchObject({
      status: 'connected',
      reason: null,
      connectionId: 'c',
      reconnectAttempts: 2,
    });
    actions.resetReconnect();
    expect(store.getState().reconnectAttempts).toBe(0);
    actions.reset();
    expect(store.getState()).toMatchObject({ status: 'disconnected', reason: 'idle', connectionId: null });
  });
});

describe('one connection', () => {
  it('serves many subscribers and releases every subscription', async () => {
    await using server = await startServer();
    const { service } = record();
    service.connect(configFor(server.url));
    const counts = Array.from({ length: 50 }, () => 0);
    const subscriptions = counts.map((_, index) =>
      service.event$('posted').subscribe(() => {
        counts[index] = (counts[index] ?? 0) + 1;
      }),
    );
    const connection = await server.connection();
    const first = nextEvent(service, 'posted');
    connection.emit('posted', null, 1);
    await first;
    for (const subscription of subscriptions) subscription.unsubscribe();
    const second = nextEvent(service, 'posted');
    connection.emit('posted', null, 2);
    await second;
    expect(counts).toEqual(Array(50).fill(1));
    expect(server.handshakes).toBe(1);
    expect(subscriptions.every(({ closed }) => closed)).toBe(true);
  });
});

describe('a server that knows no ping', () => {
  it.each([1008, 1003, 1011])(
    'and closes with %i because of one gets no more, and keeps its next link',
    async (code) => {
      await using server = await startServer();
      const { service, errors } = record();
      service.connect(configFor(server.url, { heartbeat: { interval: 20, timeout: 5_000 } }));
      const first = await server.connection();
      first.hello('c1');
      expect(await first.next()).toMatchObject({ event: 'ping' });
      first.socket.close(code, 'unknown message');
      const second = await server.connection();
      second.hello('c2');
      await nextEvent(service, 'hello');
      // With 1008, not before this link has lived longer than the first.
      await eventually(() =>
        expect(errors).toMatchObject([{ code: 'heartbeat-refused', details: { code } }]),
      );
      // Ten intervals later, the next frame is the app's.
      await new Promise((resolve) => setTimeout(resolve, 200));
      service.send('say', {});
      expect(await second.next()).toMatchObject({ event: 'say' });
      expect(errors).toHaveLength(1);
    },
  );
});

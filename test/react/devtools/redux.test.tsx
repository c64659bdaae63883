/** Redux DevTools show the connection when they are enabled. */

import { createWebSocketService, type WebSocketService } from 'everwire';
import { connectReduxDevtools } from 'everwire/devtools';
import { beforeEach, describe, expect, it } from 'vitest';
import { setUpStage } from '../../support/stage.tsx';
import { installRedux } from './redux-extension.ts';
import { DevtoolsPage, draw, emitTicks } from './support.tsx';

const stage = setUpStage();

beforeEach(() => localStorage.clear());

function connected(more = {}): WebSocketService {
  const service = createWebSocketService();
  const { server } = stage;
  service.connect({ url: server.url, WebSocket: server.WebSocket, random: () => 0, ...more });
  return service;
}

describe('connectReduxDevtools', () => {
  it('sends a named action with the state after each change', async () => {
    const redux = installRedux();
    const service = createWebSocketService();
    const stop = connectReduxDevtools(service, { name: 'Chat' });
    service.connect({ url: stage.server.url, WebSocket: stage.server.WebSocket, random: () => 0 });
    await stage.pass();
    emitTicks(stage.server, 1, 3);
    await stage.pass();
    stage.server.refuse(1);
    stage.server.drop();
    await stage.pass(3_100);
    stage.server.emit('tick', { n: 4 });
    await stage.pass(4_000);
    stage.server.restart();
    await stage.pass(4_000);
    service.disconnect();
    await stage.pass();
    expect(redux.names).toEqual(['Chat']);
    expect(redux.first).toMatchObject({ status: 'disconnected', reason: 'idle' });
    const types = redux.messages.map(({ action }) => action.type).filter((type) => type !== 'latency');
    expect(types).toEqual([
      'connecting',
      'connected',
      'new session',
      'connection lost',
      'waiting',
      'attempt 1',
      'attempt 1 failed',
      'waiting',
      'attempt 2',
      'connected',
      'resumed',
      'connection lost',
      'waiting',
      'attempt 1',
      'connected',
      'new session',
      'missed events',
      'disconnected',
    ]);
    expect(redux.messages.find(({ action }) => action.type === 'resumed')?.state).toMatchObject({
      status: 'connected',
      connectionId: '[redacted]',
      events: { hello: 1, tick: 4 },
    });
    const heard = redux.messages.length;
    stop();
    service.reconnect();
    await stage.pass();
    service.dispose();
    await stage.pass();
    expect(redux.messages).toHaveLength(heard);
  });

  it('sends nothing for events, however many arrive', async () => {
    const redux = installRedux();
    const service = connected({ heartbeat: false });
    const stop = connectReduxDevtools(service);
    await stage.pass();
    const before = redux.messages.length;
    emitTicks(stage.server, 1, 1_000);
    await stage.pass();
    expect(redux.messages).toHaveLength(before);
    stop();
    service.dispose();
  });

  it('does nothing without an extension, and survives a broken one', async () => {
    const none = connected();
    expect(() => connectReduxDevtools(none)()).not.toThrow();
    installRedux('throws');
    const service = connected();
    const stop = connectReduxDevtools(service);
    await stage.pass();
    expect(service.store.getState().status).toBe('connected');
    stop();
    for (const one of [none, service]) one.dispose();
  });

  it('rejects a service that is not ours', () => {
    expect(() => connectReduxDevtools({} as WebSocketService)).toThrowError(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});

it('the panel connects if asked to, and disconnects when it unmounts', async () => {
  const redux = installRedux();
  const { rerender } = stage.mount(
    <DevtoolsPage to={stage.server} devtools={{ reduxDevtools: { name: 'App' } }} />,
  );
  await draw(stage);
  expect(redux.names).toEqual(['App']);
  const before = redux.messages.length;
  expect(before).toBeGreaterThan(1);
  rerender(<DevtoolsPage to={stage.server} devtools={{ reduxDevtools: false }} />);
  stage.server.drop();
  await draw(stage, 5_000);
  expect(redux.messages).toHaveLength(before);
});

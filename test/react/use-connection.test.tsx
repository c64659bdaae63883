/** useConnection and useConnectionStore read the state of the connection. */

import {
  type ConnectionState,
  createWebSocketService,
  useConnection,
  useConnectionStore,
  useWebSocketService,
  type WebSocketService,
  websocketService,
} from 'everwire';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { createProbe, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

function show(children: ReactNode): ReturnType<typeof stage.mount> {
  return stage.mount(<Wire to={stage.server}>{children}</Wire>);
}

describe('useConnection', () => {
  it('returns the whole state', async () => {
    const whole = createProbe(() => useConnection());
    show(<whole.Probe />);
    expect(whole.values[0]).toMatchObject({
      status: 'connecting',
      reason: null,
      connectionId: null,
      lastEventId: null,
      reconnectAttempts: 0,
      nextRetryAt: null,
      lastClose: null,
      error: null,
      latency: null,
      lastEvents: new Map(),
    });
    await stage.pass();
    stage.server.emit('tick', { n: 1 });
    await stage.frame();
    expect(whole.last).toMatchObject({
      status: 'connected',
      reason: null,
      connectionId: stage.server.connections[0]?.connectionId,
      lastEventId: '1',
    });
    expect(whole.last?.lastEvents.get('tick')?.data).toEqual({ n: 1 });
  });

  it('renders only when its slice changes', async () => {
    const id = createProbe(() => useConnection(({ connectionId }) => connectionId));
    show(<id.Probe />);
    await stage.pass();
    for (let n = 0; n < 50; n += 1) stage.server.emit('tick', { n });
    await stage.frame();
    stage.server.drop();
    await stage.pass(5_000);
    expect(id.values).toEqual([null, stage.server.connections[0]?.connectionId]);
  });

  it('accepts a selector that returns a new object each time, and compares its fields', async () => {
    const both = createProbe(() =>
      useConnection(({ status, reconnectAttempts }) => ({ status, reconnectAttempts })),
    );
    show(<both.Probe />);
    await stage.pass();
    const { renders } = both;
    stage.server.emit('tick');
    await stage.frame();
    expect(both.renders).toBe(renders);
    expect(both.values).toEqual([
      { status: 'connecting', reconnectAttempts: 0 },
      { status: 'connected', reconnectAttempts: 0 },
    ]);
  });

  it('uses the newest selector', async () => {
    let key: keyof ConnectionState = 'status';
    const slice = createProbe(() => useConnection((state) => state[key]));
    const page = show(<slice.Probe />);
    await stage.pass();
    key = 'lastEventId';
    page.rerender(
      <Wire to={stage.server}>
        <slice.Probe />
      </Wire>,
    );
    expect(slice.last).toBe('0');
    stage.server.emit('tick');
    await stage.frame();
    expect(slice.last).toBe('1');
  });

  it('provides the data for a countdown, and why a link ended', async () => {
    const state = createProbe(() => useConnection());
    show(<state.Probe />);
    await stage.pass();
    stage.server.close(4321, 'go away');
    await stage.pass(10);
    expect(state.last).toMatchObject({
      status: 'reconnecting',
      reconnectAttempts: 1,
      lastClose: { code: 4321, reason: 'go away', wasClean: true },
    });
    const retryAt = state.last?.nextRetryAt ?? 0;
    expect(retryAt - Date.now()).toBeGreaterThan(2_900);
    expect(retryAt - Date.now()).toBeLessThanOrEqual(3_000);
    await stage.pass(5_000);
    // A frame, and five seconds of uptime: the failure is forgotten.
    stage.server.emit('tick');
    await stage.pass(10_000);
    expect(state.last).toMatchObject({ status: 'connected', reconnectAttempts: 0, nextRetryAt: null });
  });

  it('never shows a status that runs ahead of the events before it', async () => {
    const { server } = stage;
    const views: (readonly [string, string | null])[] = [];
    const view = createProbe(() => {
      const { status, lastEventId } = useConnection();
      views.push([status, lastEventId]);
    });
    show(<view.Probe />);
    await stage.pass();
    server.emit('tick');
    server.emit('tick');
    // Published, and not rendered yet: no frame was drawn.
    await stage.pass(1);
    server.drop();
    await stage.pass(1);
    expect(views.filter(([status]) => status === 'reconnecting').map(([, id]) => id)).toEqual(['2']);
  });
});

describe('useConnectionStore', () => {
  afterEach(() => {
    websocketService.disconnect();
    websocketService.store.getState().reset();
  });

  it('reads the nearest provider’s store', async () => {
    const status = createProbe(() => useConnectionStore((state) => state.status));
    const whole = createProbe(() => useConnectionStore().status);
    show(
      <>
        <status.Probe />
        <whole.Probe />
      </>,
    );
    await stage.pass();
    expect(status.values).toEqual(['connecting', 'connected']);
    expect(whole.last).toBe('connected');
    expect(useConnectionStore.getState().status).toBe('disconnected');
  });

  it('reads the default service’s store where there is no provider', async () => {
    const status = createProbe(() => useConnectionStore((state) => state.status));
    stage.mount(<status.Probe />);
    websocketService.connect({ url: stage.server.url, WebSocket: stage.server.WebSocket });
    await stage.pass();
    expect(status.last).toBe('connected');
    expect(useConnectionStore.getState().status).toBe('connected');
    websocketService.disconnect();
    await stage.pass();
    expect(status.last).toBe('disconnected');
  });

  it('has getState, getInitialState, setState and subscribe, all of the default service', async () => {
    const statuses: string[] = [];
    const stop = useConnectionStore.subscribe(({ status }) => statuses.push(status));
    websocketService.connect({ url: stage.server.url, WebSocket: stage.server.WebSocket });
    await stage.pass();
    expect(statuses).toContain('connected');
    stop();
    expect(useConnectionStore.getState()).toBe(websocketService.store.getState());
    expect(useConnectionStore.getInitialState().status).toBe('disconnected');
    useConnectionStore.setState({ latency: 12 });
    expect(websocketService.store.getState().latency).toBe(12);
  });
});

describe('useWebSocketService', () => {
  it('returns the same service in every render, also when the provider renders again', async () => {
    const service = createProbe(() => useWebSocketService());
    const page = show(<service.Probe />);
    await stage.pass();
    page.rerender(
      <Wire to={stage.server}>
        <service.Probe />
      </Wire>,
    );
    expect(service.renders).toBe(2);
    expect(new Set(service.values).size).toBe(1);
    expect(service.last?.isConnected()).toBe(true);
  });

  it("returns the service of the provider's prop, which is not disposed of on unmount", async () => {
    const given: WebSocketService = createWebSocketService();
    const service = createProbe(() => useWebSocketService());
    const page = stage.mount(
      <Wire to={stage.server} service={given}>
        <service.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(service.last).toBe(given);
    page.unmount();
    await stage.pass();
    expect(given.store.getState()).toMatchObject({ status: 'disconnected', reason: 'idle' });

    stage.mount(<Wire to={stage.server} service={given} />);
    await stage.pass();
    expect(given.isConnected()).toBe(true);
  });
});

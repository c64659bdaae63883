/** Two endpoints in one page: every hook can be told which service it speaks to. */

import {
  createWebSocketService,
  useConnection,
  useConnectionStatus,
  useConnectionStore,
  useMissedEvents,
  useWebSocketService,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  useWsStream,
  type WebSocketService,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import type { ReactNode } from 'react';
import { map, scan } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

interface Endpoint {
  readonly server: FakeServer;
  readonly service: WebSocketService;
}

function createEndpoint(url: string): Endpoint {
  return { server: stage.addServer({ url }), service: createWebSocketService() };
}

/** Everything that hooks show of one service, and of the nearest if there is none. */
function useAll(service: WebSocketService | undefined) {
  const options = { service };
  const heard: unknown[] = [];
  useWsEventHandler('tick', (event) => heard.push(numberOf(event)), options);
  useMissedEvents(() => undefined, options);
  return {
    newest: numberOf(useWsEvent('tick', options)),
    odd: numberOf(useWsEvent('tick', { where: (event) => (numberOf(event) ?? 0) % 2 === 1, service })),
    list: useWsEvents('tick', options).map(numberOf),
    sum: useWsReducer('tick', (sum: number, event) => sum + (numberOf(event) ?? 0), 0, options),
    stream: useWsStream('tick', (tick$) => tick$.pipe(map(numberOf)), undefined, undefined, options),
    total: useWsStream('tick', (tick$) => tick$.pipe(scan((count) => count + 1, 0)), [], 0, options),
    status: useConnectionStatus(options),
    whole: useConnection(options).status,
    part: useConnection((state) => state.status, options),
    bound: useConnectionStore((state) => state.status, options),
    is: useWebSocketService(options),
    send: useWsSend(options),
    request: useWsRequest(options),
    slice: useWsStream('tick', options),
  };
}

function connected(n: number) {
  const is = 'connected';
  const shown = { newest: n, odd: n, list: [n], sum: n, stream: n, total: 1 };
  return { ...shown, status: is, whole: is, part: is, bound: is };
}

describe.each(modes)('every hook ($mode)', ({ Mode }) => {
  it('speaks to the service that it is given, not to the nearest', async () => {
    const chat = createEndpoint('ws://chat.test/ws');
    const prices = createEndpoint('ws://prices.test/ws');
    const seen = createProbe(() => [useAll(chat.service), useAll(undefined)] as const);
    stage.mount(
      <Mode>
        <Wire to={chat.server} service={chat.service}>
          <Wire to={prices.server} service={prices.service}>
            <seen.Probe />
          </Wire>
        </Wire>
      </Mode>,
    );
    await stage.pass();
    chat.server.emit('tick', { n: 1 });
    prices.server.emit('tick', { n: 3 });
    await stage.frame();
    const [of, nearest] = seen.last ?? [];
    expect(of).toMatchObject(connected(1));
    expect(nearest).toMatchObject(connected(3));
    expect(of?.is).toBe(chat.service);
    expect(nearest?.is).toBe(prices.service);
    of?.send('typing');
    nearest?.send('watch');
    of?.request('ask').catch(() => undefined);
    await stage.pass();
    expect(chat.server.received.map(({ event }) => event)).toEqual(['typing', 'ask']);
    expect(prices.server.received.map(({ event }) => event)).toEqual(['watch']);
    const sliced: unknown[] = [];
    const subscription = of?.slice.subscribe((event) => sliced.push(numberOf(event)));
    chat.server.emit('tick', { n: 5 });
    prices.server.emit('tick', { n: 7 });
    await stage.frame();
    subscription?.unsubscribe();
    expect(sliced).toEqual([5]);
  });

  it('needs no provider if it is given a service, and opens no connection', async () => {
    const { server, service } = createEndpoint('ws://chat.test/ws');
    const seen = createProbe(() => useAll(service));
    stage.mount(
      <Mode>
        <seen.Probe />
      </Mode>,
    );
    await stage.pass();
    expect(server.attempts).toBe(0);
    expect(seen.last?.status).toBe('disconnected');
    service.connect({ url: server.url, WebSocket: server.WebSocket });
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();
    expect(seen.last).toMatchObject(connected(1));
    service.dispose();
  });
});

describe('another service', () => {
  it('starts folds and pipelines again, and nothing of the first is shown or heard', async () => {
    const first = createEndpoint('ws://first.test/ws');
    const second = createEndpoint('ws://second.test/ws');
    const heard: unknown[] = [];
    let { service } = first;
    const seen = createProbe(() => {
      useWsEventHandler('tick', (event) => heard.push(numberOf(event)), { service });
      return useAll(service);
    });
    const tree = (): ReactNode => (
      <Wire to={first.server} service={first.service}>
        <Wire to={second.server} service={second.service}>
          <seen.Probe />
        </Wire>
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    first.server.emit('tick', { n: 1 });
    await stage.frame();
    ({ service } = second);
    const { renders } = seen;
    page.rerender(tree());
    expect(seen.values[renders]).toMatchObject({ list: [], sum: 0, stream: undefined, total: 0 });
    expect(seen.values[renders]?.newest).toBeUndefined();
    first.server.emit('tick', { n: 5 });
    second.server.emit('tick', { n: 3 });
    await stage.frame();
    expect(seen.last).toMatchObject(connected(3));
    expect(heard).toEqual([1, 3]);
  });
});

describe('a missed-events notice', () => {
  it('goes to the handlers of its own service', async () => {
    const chat = createEndpoint('ws://chat.test/ws');
    const prices = createEndpoint('ws://prices.test/ws');
    const told: string[] = [];
    const probe = createProbe(() => {
      useMissedEvents(({ reason }) => told.push(`chat ${reason}`), { service: chat.service });
      useMissedEvents(({ reason }) => told.push(`nearest ${reason}`));
    });
    stage.mount(
      <Wire to={chat.server} service={chat.service}>
        <Wire to={prices.server} service={prices.service}>
          <probe.Probe />
        </Wire>
      </Wire>,
    );
    await stage.pass();
    chat.server.restart();
    await stage.pass(4_000);
    expect(told).toEqual(['chat new-session']);
  });
});

describe('something that is not a service', () => {
  // `null` is not "the nearest": a hook would silently speak to another server.
  it.each([{}, null, 'chat', 5])('%o throws a typed error in every hook', (service) => {
    const options = { service: service as never };
    for (const useHook of [
      () => useWsEvent('a', options),
      () => useWsEventHandler('a', () => undefined, options),
      () => useWsEvents('a', options),
      () => useWsReducer('a', (sum: number) => sum, 0, options),
      () => useWsStream('a', options),
      () => useConnectionStatus(options),
      () => useConnection(options),
      () => useConnectionStore(({ status }) => status, options),
      () => useMissedEvents(() => undefined, options),
      () => useWsSend(options),
      () => useWsRequest(options),
      () => useWebSocketService(options),
    ]) {
      const broken = createProbe<unknown>(useHook);
      const draw = (): string =>
        stage.renderToString(
          <Wire to={stage.server}>
            <broken.Probe />
          </Wire>,
        );
      expect(draw).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    }
  });
});

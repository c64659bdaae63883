/** Null in place of an optional object of options is the same as none, in every hook. */
import {
  createEnvelopeProtocol,
  createWebSocketService,
  joinChannel,
  useConnection,
  useConnectionStatus,
  useConnectionStore,
  useMissedEvents,
  useWebSocketService,
  useWsChannel,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  useWsStream,
  useWsText,
  withEvents,
} from 'everwire';
import { createMattermostProtocol } from 'everwire/mattermost';
import { acrossTabs } from 'everwire/tabs';
import { createFakeServer } from 'everwire/testing';
import { expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { createProbe, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();
const none = null as never;

it.each<[string, () => unknown, unknown]>([
  ['useWsEvent', () => numberOf(useWsEvent('tick', none)), 1],
  ['useWsEvents', () => useWsEvents('tick', none).length, 1],
  ['useWsReducer', () => useWsReducer('tick', (count: number) => count + 1, 0, none), 1],
  ['useWsEventHandler', () => useWsEventHandler('tick', () => undefined, none), undefined],
  ['useMissedEvents', () => useMissedEvents(() => undefined, none), undefined],
  ['useConnectionStatus', () => useConnectionStatus(none), 'connected'],
  ['useConnection', () => useConnection(none).status, 'connected'],
  ['useConnection with a selector', () => useConnection(({ status }) => status, none), 'connected'],
  ['useConnectionStore', () => useConnectionStore(({ status }) => status, none), 'connected'],
  ['useWsSend', () => typeof useWsSend(none), 'function'],
  ['useWsRequest', () => typeof useWsRequest(none), 'function'],
  ['useWebSocketService', () => useWebSocketService(none).isConnected(), true],
  ['useWsChannel', () => useWsChannel('room', none).status, 'joined'],
  ['useWsText', () => useWsText('tick', none).text, ''],
  ['useWsStream', () => numberOf(useWsStream('tick', (e$) => e$, [], undefined, none)), 1],
])('%s', async (_, useIt, shown) => {
  const probe = createProbe(useIt);
  const tree = () => (
    <Wire to={stage.server}>
      <probe.Probe />
    </Wire>
  );
  const page = stage.mount(tree());
  await stage.pass();
  stage.server.emit('tick', { n: 1 }, none);
  await stage.pass();
  page.rerender(tree());
  expect(probe.last).toEqual(shown);
});

it('functions that create something take it too', () => {
  expect(createEnvelopeProtocol(none).name).toBe('envelope');
  expect(createMattermostProtocol(none).name).toBe(createMattermostProtocol().name);
  createFakeServer(none).dispose();
  expect(createStore(withEvents({}, () => ({ count: 0 }), none)).getState()).toEqual({ count: 0 });
  expect(acrossTabs(none)).toBeTypeOf('function');
});

it('a channel and a slice outside React take it too', () => {
  const service = createWebSocketService();
  expect(joinChannel(service, 'room', none).getState().status).toBe('waiting');
  expect(() => service.event$('tick', none)).not.toThrow();
  service.dispose();
});

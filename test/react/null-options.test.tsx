/** Null in place of an optional object of options is the same as none, in every hook. */
import {
  createEnvelopeProtocol,
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
} from 'everwire';
import { createMattermostProtocol } from 'everwire/mattermost';
import { createFakeServer } from 'everwire/testing';
import { expect, it } from 'vitest';
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
});

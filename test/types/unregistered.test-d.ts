/** The types where no events are registered: names are strings, data is unknown. */

import {
  type ConnectedLink,
  type ConnectionState,
  type ConnectionStatus,
  type ConnectionStore,
  createWebSocketService,
  type EventName,
  type EventOf,
  type IWebSocketEvent,
  type MissedEvents,
  type SendResult,
  useConnection,
  useConnectionStatus,
  useConnectionStore,
  useMissedEvents,
  useWebSocketService,
  useWsConnected,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  type WebSocketService,
  type WebSocketServiceError,
  websocketService,
} from 'everwire';
import type { Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import type { UseBoundStore } from 'zustand';

describe('names and data', () => {
  it('are string and unknown', () => {
    expectTypeOf<EventName>().toEqualTypeOf<string>();
    expectTypeOf<EventOf<'posted'>>().toEqualTypeOf<IWebSocketEvent<unknown, 'posted'>>();
    expectTypeOf<EventOf<'posted'>['data']>().toBeUnknown();
  });

  it('make a union for a list of names, one that can be told apart', () => {
    expectTypeOf<EventOf<'a' | 'b'>>().toEqualTypeOf<
      IWebSocketEvent<unknown, 'a'> | IWebSocketEvent<unknown, 'b'>
    >();
  });
});

describe('the hooks', () => {
  it('useWsEvent returns the event or undefined', () => {
    expectTypeOf(() => useWsEvent('posted')).returns.toEqualTypeOf<EventOf<'posted'> | undefined>();
    const filtered = () => useWsEvent('posted', { where: ({ seq }) => seq > 3 });
    expectTypeOf(filtered).returns.toEqualTypeOf<EventOf<'posted'> | undefined>();
    expectTypeOf(() => useWsEvent('posted', {})).returns.toEqualTypeOf<EventOf<'posted'> | undefined>();
  });

  it('useWsEvent returns what select makes of it, or undefined', () => {
    const selected = () => useWsEvent('posted', { select: ({ seq }) => ({ seq }) });
    expectTypeOf(selected).returns.toEqualTypeOf<{ seq: number } | undefined>();
    const both = () => useWsEvent('posted', { where: () => true, select: ({ event }) => event });
    expectTypeOf(both).returns.toEqualTypeOf<'posted' | undefined>();
    // @ts-expect-error a filter returns a boolean
    const wrong = () => useWsEvent('posted', { where: ({ event }) => event });
    expectTypeOf(wrong).toBeFunction();
  });

  it('useWsEvent knows nothing of the data', () => {
    const careless = () =>
      useWsEvent('posted', {
        // @ts-expect-error unknown data must be checked first
        select: (event) => event.data.message,
      });
    expectTypeOf(careless).toBeFunction();
  });

  it('useWsEventHandler gets the events of its names, sync or async', () => {
    const one = () => useWsEventHandler('a', (event) => expectTypeOf(event).toEqualTypeOf<EventOf<'a'>>());
    const many = () =>
      useWsEventHandler(['a', 'b'], async (event) => {
        expectTypeOf(event).toEqualTypeOf<EventOf<'a' | 'b'>>();
        await Promise.resolve();
      });
    const constant = ['a', 'b'] as const;
    const readonlyList = () =>
      useWsEventHandler(constant, (event) => expectTypeOf(event.event).toEqualTypeOf<'a' | 'b'>());
    expectTypeOf(one).returns.toBeVoid();
    expectTypeOf(many).returns.toBeVoid();
    expectTypeOf(readonlyList).returns.toBeVoid();
    // @ts-expect-error a name is a string
    expectTypeOf(() => useWsEventHandler(42, () => undefined)).toBeFunction();
  });

  it('useWsEvents returns a list that can’t be changed', () => {
    expectTypeOf(() => useWsEvents('a')).returns.toEqualTypeOf<readonly EventOf<'a'>[]>();
    expectTypeOf(() => useWsEvents(['a', 'b'], { limit: 3 })).returns.toEqualTypeOf<
      readonly EventOf<'a' | 'b'>[]
    >();
  });

  it('useWsReducer returns its state', () => {
    const count = () => useWsReducer('a', (sum: number, event) => sum + event.seq, 0);
    expectTypeOf(count).returns.toEqualTypeOf<number>();
    const list = () =>
      useWsReducer(
        ['a', 'b'],
        (names: readonly string[], event) => {
          expectTypeOf(event).toEqualTypeOf<EventOf<'a' | 'b'>>();
          return [...names, event.event];
        },
        [],
      );
    expectTypeOf(list).returns.toEqualTypeOf<readonly string[]>();
    // @ts-expect-error the reducer returns a state
    expectTypeOf(() => useWsReducer('a', (sum: number) => String(sum), 0)).toBeFunction();
    // @ts-expect-error the initial state is a state
    expectTypeOf(() => useWsReducer('a', (sum: number) => sum, 'none')).toBeFunction();
  });

  it('the others', () => {
    expectTypeOf(useWebSocketService).returns.toEqualTypeOf<WebSocketService>();
    expectTypeOf(() => useConnectionStatus({ grace: 5 })).returns.toEqualTypeOf<ConnectionStatus>();
    expectTypeOf(useWsSend).returns.toEqualTypeOf<(event: string, data?: unknown) => SendResult>();
    expectTypeOf(useWsRequest).returns.returns.toEqualTypeOf<Promise<unknown>>();
    expectTypeOf(useMissedEvents).parameter(0).parameter(0).toEqualTypeOf<MissedEvents>();
    expectTypeOf(useWsConnected).parameter(0).parameter(0).toEqualTypeOf<ConnectedLink>();
    expectTypeOf(useWsConnected).returns.toBeVoid();
  });
});

describe('the state', () => {
  it('useConnection returns it, or what a selector makes of it', () => {
    expectTypeOf(() => useConnection()).returns.toEqualTypeOf<ConnectionState>();
    expectTypeOf(() => useConnection((state) => state.nextRetryAt)).returns.toEqualTypeOf<number | null>();
    const pair = () => useConnection(({ status, error }) => ({ status, error }));
    expectTypeOf(pair).returns.toEqualTypeOf<{
      status: ConnectionStatus;
      error: WebSocketServiceError | null;
    }>();
    // @ts-expect-error the state has no such field
    expectTypeOf(() => useConnection((state) => state.token)).toBeFunction();
  });

  it('useConnectionStore is a bound store of Zustand', () => {
    expectTypeOf(useConnectionStore).toExtend<UseBoundStore<ConnectionStore>>();
    expectTypeOf(useConnectionStore.getState().status).toEqualTypeOf<ConnectionStatus>();
    expectTypeOf(() => useConnectionStore((state) => state.lastEventId)).returns.toEqualTypeOf<
      string | null
    >();
    expectTypeOf(useConnectionStore.getState().lastEvents).toEqualTypeOf<
      ReadonlyMap<string, IWebSocketEvent>
    >();
  });
});

describe('the service', () => {
  it('is the same type from the factory, the hook and the default', () => {
    expectTypeOf(createWebSocketService).returns.toEqualTypeOf<WebSocketService>();
    expectTypeOf(websocketService).toEqualTypeOf<WebSocketService>();
  });

  it('has typed streams', () => {
    expectTypeOf(websocketService.events$).toEqualTypeOf<Observable<IWebSocketEvent>>();
    expectTypeOf(() => websocketService.event$('a')).returns.toEqualTypeOf<Observable<EventOf<'a'>>>();
    expectTypeOf(() => websocketService.event$(['a', 'b'])).returns.toEqualTypeOf<
      Observable<EventOf<'a' | 'b'>>
    >();
    expectTypeOf(websocketService.missed$).toEqualTypeOf<Observable<MissedEvents>>();
    expectTypeOf(websocketService.errors$).toEqualTypeOf<Observable<WebSocketServiceError>>();
    expectTypeOf(websocketService.connect).returns.toEqualTypeOf<Observable<IWebSocketEvent>>();
  });

  it('can’t be written to', () => {
    // @ts-expect-error the streams are the service's own
    websocketService.events$ = websocketService.events$.pipe();
    // @ts-expect-error an observable is not a subject
    expectTypeOf(() => websocketService.events$.next).toBeFunction();
  });
});

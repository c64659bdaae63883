/** What can be done with a connection? The public service: whatever is asked for here takes its turn. */
import { Observable } from 'rxjs';
import { failure } from '../errors.ts';
import type { EventOf, WebSocketService } from '../types.ts';
import { type Connection, createConnection } from './connection.ts';
import { setConnection } from './connection-of.ts';
import { namesOf } from './names.ts';
import { createObservation } from './observe.ts';
import { createOutbox } from './outbox.ts';

/**
 * Makes a connection that is not open yet: nothing happens, and nothing is held, before `connect()`.
 *
 * What a handler asks for (`connect`, `disconnect`, `reconnect`) takes effect when the event that is being handed out
 * has reached everyone.
 */
export function createWebSocketService(): WebSocketService {
  return serviceOf(createConnection());
}

/** The same service for a connection each time. */
export function serviceOf(connection: Connection): WebSocketService {
  const known = services.get(connection) ?? createService(connection);
  services.set(connection, known);
  return known;
}

const services = /* @__PURE__ */ new WeakMap<Connection, WebSocketService>();

function createService(connection: Connection): WebSocketService {
  const { store, events, missed, traffic, reporter, step } = connection;
  const { observe, complete } = createObservation();
  const events$ = observe(events);
  /** What the user has asked for and is not done yet. */
  let wishes = 0;
  let isDisposed = false;
  /** Said once: whoever answers an error with `reconnect()` would be told for ever. */
  let isToldToConnect = false;

  const wish = (task: () => void): void => {
    wishes += 1;
    connection.take(() => {
      wishes -= 1;
      task();
    });
  };

  // Nothing goes out over a link that the user no longer wants.
  const route = (): ReturnType<Connection['route']> => (wishes > 0 ? {} : connection.route());

  const { send, request, ...sender } = createOutbox(route, connection.nextId, reporter, traffic);
  connection.setSender(sender);

  const service: WebSocketService = {
    store,
    events$,
    event$: <Name extends string>(names: Name | readonly Name[]) =>
      observe(events, namesOf(names)) as Observable<EventOf<Name>>,
    missed$: observe(missed),
    errors$: new Observable((subscriber) => reporter.errors.subscribe((error) => subscriber.next(error))),
    connect(config) {
      wish(() => connection.configure(config ?? {}, 'connect'));
      return events$;
    },
    disconnect: () => wish(() => step({ type: 'disconnect' })),
    reconnect: () =>
      wish(() => {
        if (connection.isConfigured()) {
          isToldToConnect = false;
          return step({ type: 'reconnect' });
        }
        if (isToldToConnect) return;
        isToldToConnect = true;
        reporter.error(failure(isDisposed ? 'disposed' : 'not-connected/never', {}));
      }),
    send,
    // What is registered is known to the compiler only.
    request: request as WebSocketService['request'],
    isConnected: () => route().link !== undefined,
    dispose: () =>
      wish(() => {
        isDisposed = true;
        connection.dispose();
        complete();
      }),
  };
  setConnection(service, connection);
  return service;
}

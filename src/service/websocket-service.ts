/** The public service of a connection: what an app can do with it outside React. */
import type { Observable } from 'rxjs';
import type { EventOf, WebSocketService } from '../types.ts';
import { namesOf } from './config/event-names.ts';
import { type Connection, createConnection } from './connection.ts';
import { setConnection } from './connection-of.ts';
import { createOutbox } from './outbound/outbox.ts';

/**
 * Creates an idle service: it opens nothing, and holds nothing, before `connect()`.
 *
 * A command that a handler gives (`connect`, `disconnect`, `reconnect`) takes effect after the current event has reached
 * all its handlers.
 */
export function createWebSocketService(): WebSocketService {
  return serviceOf(createConnection());
}

/** Returns the same service for a connection each time. */
export function serviceOf(connection: Connection): WebSocketService {
  const known = services.get(connection) ?? createService(connection);
  services.set(connection, known);
  return known;
}

const services = /* @__PURE__ */ new WeakMap<Connection, WebSocketService>();

function createService(connection: Connection): WebSocketService {
  const { store, events, missed$, reporter, disconnect, reconnect, dispose } = connection;
  const { send, request, ...sender } = createOutbox(connection);
  connection.setSender(sender);

  const service: WebSocketService = {
    store,
    events$: events.all$,
    event$: <Name extends string>(names: Name | readonly Name[]) =>
      events.named$(namesOf(names)) as Observable<EventOf<Name>>,
    missed$,
    errors$: reporter.errors$,
    connect(config) {
      connection.connect(config ?? {});
      return events.all$;
    },
    disconnect,
    reconnect,
    send,
    // The compiler knows more about requests than `request` does: the types that the app registered.
    request: request as WebSocketService['request'],
    isConnected: () => connection.route().link !== undefined,
    dispose,
  };
  setConnection(service, connection);
  return service;
}

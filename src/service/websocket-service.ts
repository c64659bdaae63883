/** The public service of a connection: what an app can do with it outside React. */
import type { Observable } from 'rxjs';
import { failure } from '../errors.ts';
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
  const { store, events, missed, reporter, session, step } = connection;
  let pendingCommands = 0;
  let isDisposed = false;
  let hasReportedUnconfigured = false;

  const command = (task: () => void): void => {
    pendingCommands += 1;
    connection.runInTurn(() => {
      pendingCommands -= 1;
      task();
    });
  };

  // Nothing is sent while a command is pending: the link may no longer be wanted.
  const route = (): ReturnType<Connection['route']> => (pendingCommands > 0 ? {} : connection.route());

  const { send, request, ...sender } = createOutbox(connection, route);
  connection.setSender(sender);

  const reconnect = (): void => {
    if (session.isConfigured()) {
      hasReportedUnconfigured = false;
      return step({ type: 'reconnect' });
    }
    // Reported once: an error handler that calls reconnect() would loop.
    if (hasReportedUnconfigured) return;
    hasReportedUnconfigured = true;
    reporter.error(failure(isDisposed ? 'disposed' : 'not-connected/never', {}));
  };

  const dispose = (): void => {
    isDisposed = true;
    session.dispose();
    events.complete();
    missed.complete();
  };

  const service: WebSocketService = {
    store,
    events$: events.all$,
    event$: <Name extends string>(names: Name | readonly Name[]) =>
      events.named$(namesOf(names)) as Observable<EventOf<Name>>,
    missed$: missed.all$,
    errors$: reporter.errors$,
    connect(config) {
      command(() => session.configure(config ?? {}, 'connect'));
      return events.all$;
    },
    disconnect: () => command(() => step({ type: 'disconnect' })),
    reconnect: () => command(reconnect),
    send,
    // The compiler knows more about requests than `request` does: the types that the app registered.
    request: request as WebSocketService['request'],
    isConnected: () => route().link !== undefined,
    dispose: () => command(dispose),
  };
  setConnection(service, connection);
  return service;
}

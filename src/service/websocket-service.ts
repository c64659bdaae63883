/** The public service of a connection: what an app can do with it outside React. */
import type { Observable } from 'rxjs';
import { failure } from '../errors.ts';
import type { Register } from '../register.ts';
import { keysOf } from '../stream/channel-key.ts';
import type { EventOf, WebSocketService } from '../types.ts';
import { checkedChannel, namesOf } from './config/event-names.ts';
import { type Connection, createConnection } from './connection.ts';
import { setConnection } from './connection-of.ts';
import { appHolder } from './holds.ts';
import { createOutbox } from './outbound/outbox.ts';
import { routeOf } from './outbound/route.ts';
import { attachmentOf } from './stores/attach-store.ts';

/**
 * Creates an idle service. It opens no socket and starts no timer before `connect()`.
 *
 * `Types` are its events, messages and requests, in the form of `Register`, which is the default. They type the service, and
 * each hook that gets it as `{ service }`.
 *
 * If a handler calls `connect`, `disconnect` or `reconnect`, the call takes effect after all handlers of the current event
 * were called.
 */
export function createWebSocketService<Types extends object = Register>(): WebSocketService<Types> {
  return serviceOf<Types>(createConnection());
}

/** Returns the same service for a connection each time. `Types` are those that it was created with. */
export function serviceOf<Types extends object>(connection: Connection): WebSocketService<Types> {
  const known = services.get(connection) ?? createService(connection);
  services.set(connection, known);
  return known as object as WebSocketService<Types>;
}

const services = /* @__PURE__ */ new WeakMap<Connection, WebSocketService>();

function createService(connection: Connection): WebSocketService {
  const { store, events, missed, reporter, session, holds, runCommand, step } = connection;
  let isDisposed = false;
  let hasReportedUnconfigured = false;

  const { send, request, stream, whenConnected, drained, ...sender } = createOutbox(connection);
  connection.plugs.sender = sender;

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
    event$: <Name extends string>(
      names: Name | readonly Name[],
      options?: { readonly channel?: string | undefined },
    ) => events.named$(keysOf(namesOf(names), checkedChannel(options?.channel))) as Observable<EventOf<Name>>,
    missed$: missed.all$,
    errors$: reporter.errors$,
    connect(config) {
      holds.hold(appHolder, config ?? {}, 'connect');
      return events.all$;
    },
    disconnect() {
      holds.withdraw();
      runCommand(session.disconnect);
    },
    reconnect() {
      holds.restore();
      runCommand(reconnect);
    },
    send,
    // The compiler knows more about requests than `request` does: the types that the app registered.
    request: request as WebSocketService['request'],
    stream: stream as WebSocketService['stream'],
    whenConnected,
    drained,
    attach: (store) => attachmentOf(store)(connection),
    isConnected: () => routeOf(connection).link !== undefined,
    dispose() {
      holds.end();
      runCommand(dispose);
    },
  };
  setConnection(service, connection);
  return service;
}

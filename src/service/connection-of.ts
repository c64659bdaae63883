/** Finds the connection behind a service. It is kept apart, so that it is not part of the public API. */
import { failure } from '../errors.ts';
import type { WebSocketService } from '../types.ts';
import type { Connection } from './connection.ts';

const connections = /* @__PURE__ */ new WeakMap<WebSocketService, Connection>();

export function setConnection(service: WebSocketService, connection: Connection): void {
  connections.set(service, connection);
}

/** Throws a typed error for a service that was not created by `createWebSocketService`. */
export function connectionOf(service: WebSocketService): Connection {
  const connection = connections.get(service);
  if (connection === undefined) throw failure('invalid-argument/service', {});
  return connection;
}

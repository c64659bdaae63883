/** Finds the connection behind a service. It is kept apart, so that it is not part of the public API. */
import { failure } from '../errors.ts';
import type { Connection } from './connection.ts';

/** By service. The types of its events do not matter here. */
const connections = /* @__PURE__ */ new WeakMap<object, Connection>();

export function setConnection(service: object, connection: Connection): void {
  connections.set(service, connection);
}

/** Throws a typed error for a service that was not created by `createWebSocketService`. */
export function connectionOf(service: object): Connection {
  const connection = connections.get(service);
  if (connection === undefined) throw failure('invalid-argument/service', {});
  return connection;
}

'use client';
/** The connection that a hook speaks to. */
import { useContext } from 'react';
import { ConnectionContext } from '../providers/nearest-connection.ts';
import { failure } from '../src/errors.ts';
import type { Register, WebSocketService } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import { connectionOf } from '../src/service/connection-of.ts';

/** The option of every hook. */
export interface UseServiceOptions<Types extends object = Register> {
  /**
   * Speaks to this service, which also types the hook. Default: the service of the nearest provider. A hook with a service
   * needs no provider; it opens no connection.
   */
  service?: WebSocketService<Types> | undefined;
}

/** The same object in every render. Throws if there is neither a service nor a provider. Null options are none. */
export function useConnectionOf(
  options: { readonly service?: object | undefined } | null | undefined,
): Connection {
  const nearest = useContext(ConnectionContext);
  const service = options?.service;
  if (service !== undefined) return connectionOf(service);
  if (nearest === null) throw failure('missing-provider', {});
  return nearest;
}

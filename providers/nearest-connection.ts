'use client';
/** The React context of a connection. It holds nothing else: no config, and no token. */
import { createContext, useContext } from 'react';
import { failure } from '../src/errors.ts';
import type { Connection } from '../src/service/connection.ts';

export const ConnectionContext: React.Context<Connection | null> = createContext<Connection | null>(null);
ConnectionContext.displayName = 'WebSocketConnection';

/** The connection of the nearest `<WebSocketProvider>`; the same object in every render. Throws if there is none. */
export function useNearestConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (connection === null) throw failure('missing-provider', {});
  return connection;
}

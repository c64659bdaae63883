'use client';
/** The React context of a connection. It holds nothing else: no config, and no token. */
import { createContext } from 'react';
import type { Connection } from '../src/service/connection.ts';

export const ConnectionContext: React.Context<Connection | null> = createContext<Connection | null>(null);
ConnectionContext.displayName = 'WebSocketConnection';

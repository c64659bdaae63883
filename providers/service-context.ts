'use client';
/** Which service is nearest? The context holds it and nothing else: no config, no token. */
import { createContext } from 'react';
import type { WebSocketService } from '../src/index.ts';

export const ServiceContext: React.Context<WebSocketService | null> = createContext<WebSocketService | null>(
  null,
);
ServiceContext.displayName = 'WebSocketService';

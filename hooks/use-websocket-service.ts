'use client';
/** Which connection does this component belong to? */
import { useContext } from 'react';
import { ServiceContext } from '../providers/service-context.ts';
import { type WebSocketService, WebSocketServiceError } from '../src/index.ts';

/** The service of the nearest `<WebSocketProvider>`; the same object in every render. Throws where there is none. */
export function useWebSocketService(): WebSocketService {
  const service = useContext(ServiceContext);
  if (service === null) {
    throw new WebSocketServiceError(
      'missing-provider',
      'No <WebSocketProvider> was found above this component. Put one around your app: ' +
        '<WebSocketProvider url="wss://…" token={token}><App /></WebSocketProvider>.',
    );
  }
  return service;
}

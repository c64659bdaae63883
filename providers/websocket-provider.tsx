'use client';
/** Who owns the connection's life? This component: it opens while mounted, and follows its props. */
import { type ReactNode, useEffect, useState } from 'react';
import type {
  IWebSocketConfig,
  MissedEvents,
  WebSocketService,
  WebSocketServiceError,
} from '../src/index.ts';
import { createConnection } from '../src/service/connection.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import { holdConnection } from './hold-connection.ts';
import { ConnectionContext } from './nearest-connection.ts';
import { useStreamHandler } from './use-stream-handler.ts';

export interface WebSocketProviderProps extends IWebSocketConfig {
  /** `false`: disconnected, until it is true again. Default true. */
  enabled?: boolean | undefined;
  /** A service of your own, from `createWebSocketService()`. Default: one is made for this provider. */
  service?: WebSocketService | undefined;
  /** Told once for each break in the stream, before the first event after it. */
  onMissedEvents?: ((missed: MissedEvents) => void) | undefined;
  /** Told of everything that goes to `errors$`. */
  onError?: ((error: WebSocketServiceError) => void) | undefined;
  children?: ReactNode;
}

/**
 * One WebSocket for everything below it. Connects in an effect, so that every hook below has subscribed before the
 * first event; closes when it unmounts. Props are live: a new `url`, `identity` or (without an identity) `token` is a
 * new session, anything else is used from the next time it matters.
 */
export function WebSocketProvider(props: WebSocketProviderProps): ReactNode {
  const { enabled = true, service, onMissedEvents, onError, children, ...config } = props;
  const [own] = useState(createConnection);
  // First of all, because it throws where the prop is no service of ours.
  const connection = service ? connectionOf(service) : own;

  useStreamHandler(connection.refetch.subscribe, onMissedEvents);
  useStreamHandler(connection.reporter.errors.subscribe, onError);
  useEffect(() => holdConnection(connection), [connection]);
  // After every render, on purpose: the connection itself knows which change means something.
  useEffect(() => connection.take(() => connection.configure(enabled ? config : null, 'update')));

  return <ConnectionContext.Provider value={connection}>{children}</ConnectionContext.Provider>;
}

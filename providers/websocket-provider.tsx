'use client';
/** Who owns the connection's life? This component: it opens while mounted, and follows its props. */
import { useSubscription } from 'observable-hooks';
import { type ReactNode, useEffect, useState } from 'react';
import {
  createWebSocketService,
  type IWebSocketConfig,
  type MissedEvents,
  type WebSocketService,
  type WebSocketServiceError,
} from '../src/index.ts';
import { internalsOf } from '../src/service/internals.ts';
import { holdConnection } from './hold-connection.ts';
import { ServiceContext } from './service-context.ts';
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
  const { enabled = true, service: given, onMissedEvents, onError, children, ...config } = props;
  const [own] = useState(createWebSocketService);
  const service = given ?? own;
  // First of all, because it throws where the prop is no service of ours.
  const { configure } = internalsOf(service);

  useStreamHandler(service.missed$, onMissedEvents);
  useSubscription(service.errors$, onError);
  useEffect(() => holdConnection(service), [service]);
  // After every render, on purpose: the service itself knows which change means something.
  useEffect(() => configure(enabled ? config : null));

  return <ServiceContext.Provider value={service}>{children}</ServiceContext.Provider>;
}

'use client';
/** The provider: opens a connection while it is mounted, and follows its props. */
import * as React from 'react';
import { type ReactNode, useEffect, useState } from 'react';
import type {
  IWebSocketConfig,
  MissedEvents,
  Register,
  WebSocketService,
  WebSocketServiceError,
} from '../src/index.ts';
import { type Connection, createConnection } from '../src/service/connection.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import { provideAct } from '../src/transport/act.ts';
import { holdConnection } from './hold-connection.ts';
import { ConnectionContext } from './nearest-connection.ts';
import { useStreamHandler } from './use-stream-handler.ts';

export interface WebSocketProviderProps<Types extends object = Register> extends IWebSocketConfig<Types> {
  /** `false` pauses: disconnects until it is true again, and keeps the session for `pauseGrace`. Default true. */
  enabled?: boolean | undefined;
  /** Your own service, from `createWebSocketService()`. By default the provider creates one. */
  service?: WebSocketService<Types> | undefined;
  /** Called once for each gap in the stream, before the first event after it, or after `missedEventsJitter`. */
  onMissedEvents?: ((missed: MissedEvents) => void) | undefined;
  /** Called with every error that `errors$` emits. */
  onError?: ((error: WebSocketServiceError) => void) | undefined;
  children?: ReactNode;
}

/**
 * One WebSocket for all components below it. It connects in an effect, so that every hook below has subscribed before the
 * first event, and closes when it unmounts. Props are live: a new `url`, `auth`, `protocol`, `identity` or (without an
 * identity) string `token` starts a new session. Every other change takes effect the next time the prop is used. Throws `invalid-argument` if
 * `service` was not created by `createWebSocketService`.
 */
export function WebSocketProvider<Types extends object = Register>(
  props: WebSocketProviderProps<Types>,
): ReactNode {
  const { enabled = true, service, onMissedEvents, onError, children, ...config } = props;
  const [own] = useState(createOwn);
  // First, because it throws if the prop is not one of our services.
  const connection = service ? connectionOf(service) : own;

  useStreamHandler(connection.missedDelayed$, onMissedEvents);
  useStreamHandler(connection.reporter.errors$, onError);
  useEffect(() => holdConnection(connection), [connection]);
  // After every render, because the connection itself decides which changes matter.
  useEffect(() => connection.session.update(config, enabled ? 'update' : 'pause'));

  return <ConnectionContext.Provider value={connection}>{children}</ConnectionContext.Provider>;
}

function createOwn(): Connection {
  try {
    // `act` up to React 18.2 has the other name. By their names as text: no bundler looks for exports that are not there.
    if (process.env.NODE_ENV !== 'production')
      provideAct(Reflect.get(React, 'act') ?? Reflect.get(React, 'unstable_act'));
  } catch {
    // There is no `process`: this is no test.
  }
  return createConnection();
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };

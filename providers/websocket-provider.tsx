'use client';
/** The provider: holds a connection while it is mounted, and follows its props. */
import * as React from 'react';
import { type ReactNode, useContext, useMemo, useState } from 'react';
import type {
  EventStore,
  ICookieConfig,
  IWebSocketConfig,
  MissedEvents,
  Register,
  WebSocketService,
  WebSocketServiceError,
} from '../src/index.ts';
import { missingOption } from '../src/service/config/config.ts';
import { type Connection, createConnection } from '../src/service/connection.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import { provideAct } from '../src/transport/act.ts';
import { AttachedStore } from './attached-store.tsx';
import { ConnectionHolder } from './connection-holder.tsx';
import { ConnectionContext } from './nearest-connection.ts';
import { WantedContext } from './shown-state.ts';

/** What a provider takes besides a config. */
export interface ProviderExtras<Types extends object = Register> {
  /**
   * `false` pauses: the provider does not hold the connection until it is true again. It disconnects, unless `connect()` or
   * another provider of the same service holds it, and keeps the session for `pauseGrace`. Default true.
   */
  enabled?: boolean | undefined;
  /** Your own service, from `createWebSocketService()`. By default the provider creates one. */
  service?: WebSocketService<Types> | undefined;
  /** Called once for each gap in the stream, before the first event after it, or after `missedEventsJitter`. */
  onMissedEvents?: ((missed: MissedEvents) => void) | undefined;
  /**
   * Zustand stores that were created with `withEvents`. They get the events of this connection while the provider is mounted.
   */
  stores?: readonly EventStore[] | undefined;
  /** Called with every error that `errors$` emits. */
  onError?: ((error: WebSocketServiceError) => void) | undefined;
  children?: ReactNode;
}

export interface WebSocketProviderProps<Types extends object = Register>
  extends IWebSocketConfig<Types>,
    ProviderExtras<Types> {}

/** The props of a provider for a session that is kept in a cookie. */
export interface CookieProviderProps<Types extends object = Register>
  extends ICookieConfig<Types>,
    ProviderExtras<Types> {}

/** The props of a provider that hands a service down, and leaves it to others to connect it. */
export interface ServiceProviderProps<Types extends object = Register>
  extends ProviderExtras<Types>,
    Partial<Record<keyof IWebSocketConfig, undefined>> {
  service: WebSocketService<Types>;
}

/**
 * One WebSocket for all components below it. It connects in an effect, before any effect of a component below it runs, and
 * closes when it unmounts, unless `service.connect()` or another provider holds the connection too. Props are live: a new
 * `url`, `auth`, `protocol`, `identity` or (without an identity) string `token` starts a new session. Every other change takes
 * effect the next time the prop is used. With a `service` and no `url` it only hands the service down. Throws
 * `invalid-argument` if `service` was not created by `createWebSocketService`.
 */
export function WebSocketProvider<Types extends object = Register>(
  props: WebSocketProviderProps<Types> | CookieProviderProps<Types> | ServiceProviderProps<Types>,
): ReactNode {
  const { enabled = true, service, stores, onMissedEvents, onError, children, ...given } = props;
  const [own] = useState(createOwn);
  // First, because it throws if the prop is not one of our services.
  const connection = service ? connectionOf(service) : own;
  const onlyProvides = service !== undefined && given.url === undefined;
  // Without both, the missing url is an invalid config.
  const config = onlyProvides ? undefined : (given as IWebSocketConfig);
  const isWanted = config !== undefined && enabled && missingOption(config) === undefined;
  const outer = useContext(WantedContext);
  const wanted = useMemo(() => ({ connection, isWanted, outer }), [connection, isWanted, outer]);

  return (
    <ConnectionContext.Provider value={connection}>
      <WantedContext.Provider value={wanted}>
        {/* The first child: its effects run before those of all other components below. */}
        <ConnectionHolder
          connection={connection}
          readConfig={() => config}
          intent={enabled ? 'update' : 'pause'}
          ownership={service ? 'shared' : 'own'}
          onMissedEvents={onMissedEvents}
          onError={onError}
        />
        {stores?.map((store, index) => (
          <AttachedStore key={String(index)} connection={connection} store={store} />
        ))}
        {children}
      </WantedContext.Provider>
    </ConnectionContext.Provider>
  );
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

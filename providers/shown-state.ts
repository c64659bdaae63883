'use client';
/** The state of a connection as a page shows it: before the effects of the first render, nothing is lost yet. */
import { createContext, useContext } from 'react';
import type { ConnectionState } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';

/** A provider, whether it wants its connection, and the provider around it. */
export interface Wanted {
  readonly connection: Connection;
  readonly isWanted: boolean;
  readonly outer: Wanted | null;
}

export const WantedContext: React.Context<Wanted | null> = createContext<Wanted | null>(null);
WantedContext.displayName = 'WebSocketWanted';

/** The connection, if a provider above this component wants it. */
export function useWanted(connection: Connection | null): Connection | undefined {
  let wanted = useContext(WantedContext);
  while (wanted && !(wanted.isWanted && wanted.connection === connection)) wanted = wanted.outer;
  return wanted?.connection;
}

/**
 * The state to show. A connection that is wanted, but was not started yet, is connecting: on a server, and in the first
 * render. It is not if another provider has signed the user out. Returns the same object for the same state.
 */
export function shownState<State extends ConnectionState>(
  state: State,
  wanted: Connection | undefined,
): State {
  if (!wanted || state.status !== 'disconnected' || state.reason !== 'idle') return state;
  if (wanted.holds.isSignedOut()) return state;
  const known = connecting.get(state);
  if (known) return known as State;
  const shown = { ...state, status: 'connecting', reason: null } satisfies ConnectionState;
  connecting.set(state, shown);
  return shown;
}

const connecting = /* @__PURE__ */ new WeakMap<ConnectionState, ConnectionState>();

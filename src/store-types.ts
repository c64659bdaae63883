/** The public types of stores that events change. Types only: this file adds no code. */
import type { EventName, Register } from './register.ts';
import type { EventOf, MissedEvents } from './types.ts';

/** A Zustand store that events can change: its state was created with `withEvents`. */
export interface EventStore {
  /** Attaches the store to a connection. Call `service.attach(store)` instead. */
  readonly 'everwire/events': (connection: never) => () => void;
}

/**
 * What each event changes, by name: a pure function of the state and the event, which returns the part of the state that is
 * new, as Zustand's `set` takes it. `Nothing`: void, if it may change a draft instead.
 */
export type StoreFolds<State, Types extends object = Register, Nothing = never> = {
  // In the form of a method: a fold for one of many names, such as `price:${string}`, knows the event by that one.
  readonly [Name in EventName<Types>]?: {
    fold(state: State, event: EventOf<Name, Types>): State | Partial<State> | Nothing;
  }['fold'];
};

export interface WithEventsOptions<State> {
  /**
   * Keeps the state when the session goes to another identity, url or protocol. Default false: the state is reset to the
   * initial one, because it belongs to the last user.
   */
  keep?: boolean | undefined;
  /**
   * Called with each missed-events notice, after `missedEventsJitter`, with the state and its actions: to fetch again, or to
   * mark the state as stale. What it returns is merged into the state; nothing changes nothing.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: it may return nothing.
  missed?: ((state: State, missed: MissedEvents) => State | Partial<State> | void) | undefined;
}

/** With the middleware `immer`. */
export interface WithDraftsOptions<State> extends WithEventsOptions<State> {
  /** `produce` of immer: each fold then gets a draft, and may change it. */
  produce: (state: never, recipe: never) => unknown;
}

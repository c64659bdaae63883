/** A Zustand middleware: a store that events change, shared by all components that read it. */
import type { StateCreator, StoreApi, StoreMutatorIdentifier } from 'zustand/vanilla';
import { failure } from '../../errors.ts';
import type { Register } from '../../register.ts';
import type { EventStore, StoreFolds, WithDraftsOptions, WithEventsOptions } from '../../store-types.ts';
import type { IWebSocketEvent, MissedEvents } from '../../types.ts';
import type { Connection } from '../connection.ts';
import { createPendingFolds } from './pending-folds.ts';
import { createStoreLink } from './store-link.ts';

declare module 'zustand/vanilla' {
  interface StoreMutators<S, A> {
    'everwire/events': S & EventStore;
  }
}

type Mutators = [StoreMutatorIdentifier, unknown][];

/** What the middleware does with a store is independent of its types. */
type Untyped = StateCreator<unknown>;
type Change = (state: unknown, event: IWebSocketEvent) => unknown;

interface UntypedOptions {
  readonly keep?: boolean;
  readonly missed?: (state: unknown, missed: MissedEvents) => unknown;
  readonly produce?: (state: unknown, recipe: (draft: object) => void) => unknown;
}

/**
 * Creates the state of an ordinary Zustand store that events change, too:
 *
 * ```ts
 * export const useUnread = create<Unread>()(
 *   withEvents(
 *     { posted: (state, event) => ({ [event.data.room]: (state[event.data.room] ?? 0) + 1 }) },
 *     (set) => ({ markRead: (room) => set({ [room]: 0 }) }),
 *   ),
 * );
 * ```
 *
 * Events reach it once it is attached: `<WebSocketProvider stores={[useUnread]}>`, or `service.attach(useUnread)` outside
 * React. Each event is folded once, at once; subscribers hear of it once per frame, together with the newest events.
 * `getState()` and actions see it before that. A fold must be pure. If it throws, the event changes nothing, and the error
 * goes to `errors$`.
 *
 * The state is reset when the session goes to another identity, unless `keep` is set, and not when a link is lost.
 */
export function withEvents<
  State,
  Types extends object = Register,
  Outer extends Mutators = [],
  Inner extends Mutators = [],
>(
  folds: StoreFolds<State, Types>,
  initializer: StateCreator<State, [...Outer, ['everwire/events', never]], Inner>,
  options?: WithEventsOptions<State>,
): StateCreator<State, Outer, [['everwire/events', never], ...Inner]>;
/** The same with folds that change a draft, as `set` of the middleware `immer` does. */
export function withEvents<
  State,
  Types extends object = Register,
  Outer extends Mutators = [],
  Inner extends Mutators = [],
>(
  folds: StoreFolds<State, Types, void>,
  initializer: StateCreator<State, [...Outer, ['everwire/events', never]], Inner>,
  options: WithDraftsOptions<State>,
): StateCreator<State, Outer, [['everwire/events', never], ...Inner]>;
export function withEvents(folds: object, initializer: unknown, options?: object): never {
  return create(folds as Record<string, Change | undefined>, initializer as Untyped, options ?? {}) as never;
}

function create(
  folds: Record<string, Change | undefined>,
  initializer: Untyped,
  { keep = false, missed, produce }: UntypedOptions,
): Untyped {
  return (set, get, api) => {
    const byName = new Map(Object.entries(folds));
    const link = createStoreLink([...byName.keys()], {
      fold(event) {
        const change = byName.get(event.event);
        if (change) pending.add({ name: event.event, run: (state) => step(state, event, change) });
      },
      commit,
      missed: missed && ((notice) => write(missed(api.getState(), notice))),
      reset() {
        commit();
        if (!keep) api.setState(api.getInitialState(), true);
      },
    });
    const pending = createPendingFolds(get, link.report);
    let isFolding = false;

    const step = (state: unknown, event: IWebSocketEvent, change: Change): unknown => {
      isFolding = true;
      try {
        if (!produce) return merged(state, change(state, event));
        return produce(state, (draft) => {
          const part = change(draft, event);
          if (part !== undefined && part !== draft) Object.assign(draft, part);
        });
      } finally {
        isFolding = false;
      }
    };

    /** Writes what is pending: one `setState` for all events since the last frame. */
    function commit(): void {
      const before = get();
      const [action, next] = [pending.names().join(), pending.take()];
      // The third argument names the action in Zustand's devtools.
      if (next !== before) (api.setState as (...args: unknown[]) => void)(next, true, action);
    }

    const write = (part: unknown): void => {
      if (part !== undefined) api.setState(part);
    };

    /** What is set from outside comes after the events before it. */
    const inTurn =
      (write: StoreApi<unknown>['setState']): StoreApi<unknown>['setState'] =>
      (...args: unknown[]) => {
        if (isFolding) throw failure('invalid-argument/impure-fold', {});
        link.guard(commit);
        return (write as (...args: unknown[]) => void)(...args);
      };

    // Middlewares around this one have put theirs in place before, and those inside do it below.
    api.setState = inTurn(api.setState);
    api.getState = pending.current;
    Object.assign(api, { 'everwire/events': (connection: Connection) => link.attach(connection) });
    return initializer(inTurn(set), pending.current, api);
  };
}

/** As Zustand's `set` does it. */
function merged(state: unknown, part: unknown): unknown {
  if (part === undefined) throw failure('invalid-argument/empty-fold', {});
  if (typeof part !== 'object' || part === null || part === state) return part;
  return { ...(state as object), ...part };
}

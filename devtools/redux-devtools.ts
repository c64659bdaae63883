/** Reports the connection to Redux DevTools: each change as a named action, with a state that contains no secret. */
import { Subscription } from 'rxjs';
import type { Register } from '../src/register.ts';
import type { Connection } from '../src/service/connection.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import type { WebSocketService } from '../src/types.ts';
import { beginLife, confirmResume, follow, type Moment, noticeMissed } from './life.ts';
import { toPlain } from './plain-data.ts';
import { stateFacts } from './report.ts';

export interface ReduxDevtoolsOptions {
  /** The name shown in the extension. Default `'Everwire'`. */
  name?: string | undefined;
}

/**
 * Shows the connection's life in the Redux DevTools extension: `connecting`, `connected`, `resumed`, `connection lost`,
 * `attempt 2 failed`, `waiting`, `gave up`, `new session`, `missed events`, `latency`. Events are counted by name and
 * not sent to the extension, so a fast stream costs nothing. Tokens and connection ids are removed.
 *
 * Returns a function that disconnects the extension. Does nothing if it is not installed. Throws `invalid-argument` for a
 * service that was not created by `createWebSocketService`.
 */
export function connectReduxDevtools<Types extends object = Register>(
  service: WebSocketService<Types>,
  options?: ReduxDevtoolsOptions,
): () => void {
  return reportToRedux(connectionOf(service), options);
}

/** The same for a connection. */
export function reportToRedux(connection: Connection, options?: ReduxDevtoolsOptions): () => void {
  const { name = 'Everwire' } = options ?? {};
  const tool = openTool(name);
  if (tool === null) return () => undefined;
  const { stateStore, reporter } = connection;
  const counts = new Map<string, number>();
  let life = beginLife(stateStore.getState());
  let { latency } = stateStore.getState();

  const state = (): unknown =>
    toPlain(
      { ...stateFacts(stateStore.getState()), events: Object.fromEntries(counts) },
      { clean: reporter.clean, maxLength: MAX_STATE_LENGTH, getters: 'read' },
    );
  const send = (type: string, facts: object): void => {
    const action = toPlain(facts, { clean: reporter.clean, maxLength: MAX_STATE_LENGTH, getters: 'read' });
    tool.send({ ...(action as object), type }, state());
  };
  const tell = ({ name: type, words }: Moment): void => send(type, words === '' ? {} : { words });

  tool.init(state());
  const following = new Subscription(
    stateStore.subscribe((next) => {
      const [followed, moments] = follow(life, next, Date.now());
      life = followed;
      for (const moment of moments) tell(moment);
      if (next.latency !== latency && next.latency !== null) send('latency', { latencyMs: next.latency });
      latency = next.latency;
    }),
  );
  following.add(
    connection.missed.all$.subscribe((notice) => {
      const [followed, { name: type }] = noticeMissed(life, notice, Date.now());
      life = followed;
      const { reason, expected, received, count } = notice;
      send(type, { reason, expected, received, count });
    }),
  );
  following.add(
    connection.events.all$.subscribe(({ event }) => {
      if (counts.has(event) || counts.size < MAX_NAMES) counts.set(event, (counts.get(event) ?? 0) + 1);
      if (life.resumingSince === null) return;
      const [followed, moment] = confirmResume(life, Date.now(), 'heard');
      life = followed;
      if (moment !== null) tell(moment);
    }),
  );
  return () => following.unsubscribe();
}

/** Bounded, because a server may send new names without end. */
const MAX_NAMES = 500;
const MAX_STATE_LENGTH = 50_000;

/** The part of the extension's interface that is used. */
interface ReduxTool {
  init(state: unknown): void;
  send(action: object, state: unknown): void;
}

/** Errors of the extension are swallowed: they must not disturb the connection. */
function openTool(name: string): ReduxTool | null {
  const { __REDUX_DEVTOOLS_EXTENSION__: extension } = globalThis as {
    readonly __REDUX_DEVTOOLS_EXTENSION__?: { connect(options: { name: string }): ReduxTool };
  };
  if (extension === undefined) return null;
  const guarded = <Result>(task: () => Result): Result | null => {
    try {
      return task();
    } catch {
      return null;
    }
  };
  const tool = guarded(() => extension.connect({ name }));
  if (tool === null) return null;
  return {
    init: (state) => void guarded(() => tool.init(state)),
    send: (action, state) => void guarded(() => tool.send(action, state)),
  };
}

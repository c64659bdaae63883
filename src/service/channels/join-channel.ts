/** A channel as an app uses it: its state, and what can be done with it. */

import type { ChannelState } from '../../channel-types.ts';
import { failure } from '../../errors.ts';
import type { ChannelFrom } from '../../protocols/envelope-channels.ts';
import type { ChannelName, Register, RequestFunction, RequestOptions, SendFunction } from '../../register.ts';
import type { ReadableStore } from '../../store/latest-events.ts';
import type { WebSocketService } from '../../types.ts';
import { checkedChannel } from '../config/event-names.ts';
import type { Connection } from '../connection.ts';
import { connectionOf } from '../connection-of.ts';
import { serviceOf } from '../websocket-service.ts';
import { channelsOf } from './channels.ts';
import { idle, waiting } from './shown.ts';

/** What can be done with a channel. */
export interface ChannelCommands<Types extends object = Register> {
  /** Asks the server again, after it has refused the channel or ended it. Otherwise it does nothing. */
  readonly retry: () => void;
  /** Sends a message to the channel, after the join. Returns what `send` of the service does; `refused` without a channel. */
  readonly send: SendFunction<Types>;
  /** Sends a request to the channel, after the join. Rejects as `request` of the service does. */
  readonly request: RequestFunction<Types>;
}

export interface ChannelHandle extends ChannelCommands<object> {
  readonly store: ReadableStore<ChannelState>;
  /** Wants the channel until the returned function is called. */
  mount(from: ChannelFrom | undefined): () => void;
}

/** A channel outside React, which is joined until it is left. */
export interface JoinedChannel<Types extends object = Register>
  extends ReadableStore<ChannelState>,
    ChannelCommands<Types> {
  /** Leaves the channel a second later, unless something else has joined it. */
  leave(): void;
}

export interface JoinOptions {
  /**
   * From where the events of the channel are wanted, with a server that keeps them, such as `everwire/server`. Counts if nothing
   * else has joined the channel. Default `'now'`.
   */
  from?: ChannelFrom | undefined;
}

/**
 * Joins a channel of a service, for code outside React: `getState()` and `subscribe()` tell its status. It opens no
 * connection. Throws `invalid-argument` for a name that is not a non-empty string.
 */
export function joinChannel<Types extends object = Register>(
  service: WebSocketService<Types>,
  name: ChannelName<Types>,
  options?: JoinOptions,
): JoinedChannel<Types> {
  const { from } = options ?? {};
  checkFrom(from);
  const { store, mount, ...commands } = createHandle(
    connectionOf(service),
    String(checkedChannel(name ?? '')),
  );
  let leave: (() => void) | undefined = mount(from);
  return {
    ...store,
    ...commands,
    leave() {
      leave?.();
      leave = undefined;
    },
  } as JoinedChannel<Types>;
}

/** `''`: there is no channel. */
export function createHandle(connection: Connection, name: string): ChannelHandle {
  const channels = channelsOf(connection);
  // Connects the sending half.
  serviceOf(connection);
  const isNone = name === '';
  return {
    store: {
      getState: () => (isNone ? idle : channels.shown(name)),
      getInitialState: () => (isNone ? idle : waiting),
      subscribe: (listener) => channels.subscribe(name, listener),
    },
    mount: (from) => (isNone ? () => undefined : channels.mount(name, from)),
    retry: () => channels.retry(name),
    send(event: string, data?: unknown) {
      if (isNone) return 'refused';
      channels.flush();
      return connection.plugs.sender?.sendTo(name, event, data) ?? 'refused';
    },
    request(event: string, data?: unknown, options: RequestOptions = {}) {
      if (isNone) return Promise.reject(failure('invalid-argument/channel-name', {}));
      channels.flush();
      const sent = connection.plugs.sender?.requestTo(name, event, data, options);
      return sent ?? Promise.reject(failure('not-connected/now', { event }));
    },
  };
}

/** Throws for a place that is none. */
export function checkFrom(from: unknown): void {
  if (from === undefined || (typeof from === 'string' && from !== '')) return;
  const { last } = Object(from) as { readonly last?: unknown };
  if (!Number.isInteger(last) || Number(last) < 1) throw failure('invalid-argument/channel-from', {});
}

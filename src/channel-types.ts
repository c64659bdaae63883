/** The public types of channels. Types only: this file adds no code. */
import type { WebSocketServiceError } from './errors.ts';
import type { ChannelFrom, ChannelMessage } from './protocols/envelope-channels.ts';
import type { IWebSocketEvent } from './protocols/protocol.ts';
import type { ChannelEventData, Register } from './register.ts';

export type { ChannelFrom, ChannelMessage } from './protocols/envelope-channels.ts';

/** The option `channels`: how a server that does not speak the envelope is told which channels are wanted. */
export interface ChannelsConfig {
  /** The message that joins a channel. `from`: from where its events are wanted, if the app or a lost session says so. */
  readonly join: (name: string, options: { readonly from: ChannelFrom | undefined }) => ChannelMessage;
  /** The message that leaves it. */
  readonly leave: (name: string) => ChannelMessage;
  /** The name of the channel that an event belongs to; anything else: to none. Default: the event's own `channel`. */
  readonly of?:
    | ((event: IWebSocketEvent<Readonly<Record<string, unknown>> | null | undefined>) => unknown)
    | undefined;
  /**
   * Whether a join is a request: joined when it is answered, refused when the answer is an error. Default false: joined as
   * soon as it is sent.
   */
  readonly answered?: boolean | undefined;
  /** One message that joins several. Default: one message for each. */
  readonly many?: ((names: readonly string[]) => ChannelMessage) | undefined;
  /** Whether an event says that the server has ended the membership in the event's channel. Default: none does. */
  readonly left?: ((event: IWebSocketEvent) => boolean) | undefined;
}

/**
 * What is known of a channel. `idle`: there is none. `waiting`: for a connection. `joining`: the server is asked. `joined`: its
 * events come. `refused`: the server does not let us in, or has ended it; `error` says why.
 */
export type ChannelStatus = 'idle' | 'waiting' | 'joining' | 'joined' | 'refused';

export interface ChannelState {
  readonly status: ChannelStatus;
  readonly error: WebSocketServiceError | null;
}

/** The event type of a name in a channel, or the union of the event types of several names. */
export type ChannelEventOf<
  Name extends string,
  Channel extends string,
  Types extends object = Register,
> = Name extends string ? IWebSocketEvent<ChannelEventData<Name, Channel, Types>, Name> : never;

/** The types of the app's events, messages and requests, which the app registers by declaration merging. */

/**
 * Declare the types of your events, messages and requests here once. Every hook and handler, `event$`, `send`, `request`,
 * `stream` and `schemas` then uses them. Each part is optional:
 *
 * ```ts
 * declare module 'everwire' {
 *   interface Register {
 *     events: { posted: Post; typing: { user: string } };               // received: name to data
 *     messages: { user_typing: { channel: string } };                   // sent with `send`: name to data
 *     requests: { history: (data: { channel: string }) => Post[] };     // `request`: data to reply
 *     streams: { ask: (data: { text: string }) => string };             // `stream`: data to each part of the reply
 *     channels: 'lobby' | `room:${string}`;                             // `useWsChannel`, and `{ channel }` of other hooks
 *   }
 * }
 * ```
 *
 * `channels` may also say which events each channel has: `{ lobby: { opened: null }; [room: `room:${string}`]: { posted: Post } }`.
 *
 * If a part is missing, its names are `string` and its data is `unknown`.
 *
 * They are the types of every service that has none of its own. For a second endpoint with other events, give its service
 * the same parts as a type: `createWebSocketService<{ events: { price: number } }>()`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: an interface, because only interfaces can be merged into.
export interface Register {}

/** The declared events: name to data. Any name and `unknown` data if none are declared. */
export type EventMap<Types extends object = Register> =
  Required<Types> extends { events: infer Events } ? Events : Record<string, unknown>;

/** The name of an event: a declared one, or any string if none are declared. */
export type EventName<Types extends object = Register> = [Misspelt<Types>] extends [never]
  ? Required<Types> extends { events: infer Events }
    ? Extract<keyof Events, string> | 'hello'
    : string
  : `Register has no "${Misspelt<Types>}": it knows events, messages, requests and streams`;

/** The name of a channel: a declared one, or any string if none are declared. */
export type ChannelName<Types extends object = Register> =
  Required<Types> extends { channels: infer Channels }
    ? Channels extends string
      ? Channels
      : Extract<keyof Channels, string>
    : string;

/** The events of a channel: name to data. Those of `events`, unless `channels` says which events each channel has. */
export type ChannelEventMap<Channel extends string, Types extends object = Register> =
  Required<Types> extends { channels: infer Channels }
    ? Channels extends string
      ? EventMap<Types>
      : Channel extends keyof Channels
        ? Channels[Channel]
        : never
    : EventMap<Types>;

/** The name of an event of a channel. */
export type ChannelEventName<Channel extends string, Types extends object = Register> = Extract<
  keyof ChannelEventMap<Channel, Types>,
  string
>;

/** The data of the events of this name in a channel. */
export type ChannelEventData<
  Name extends string,
  Channel extends string,
  Types extends object = Register,
> = Name extends keyof ChannelEventMap<Channel, Types> ? ChannelEventMap<Channel, Types>[Name] : unknown;

/** In place of a name, in a hook: there is none yet, so the hook listens to nothing. */
export type NoName = undefined | null | false | '';

/** The data of the events of this name. */
export type EventData<
  Name extends string,
  Types extends object = Register,
> = Name extends keyof EventMap<Types> ? EventMap<Types>[Name] : unknown;

/**
 * What `send` did. `queued`: it is sent once connected (see `sendQueue`). `refused`: it was not sent and will not be. The
 * reason is in `errors$`, unless there was no connection.
 */
export type SendResult = 'sent' | 'queued' | 'refused';

/** The third argument of `request` and `stream`. */
export interface RequestOptions {
  /**
   * How long to wait for the reply; ms. Default: the config's `requestTimeout`. For a stream: for its next part; by default
   * without a limit.
   */
  timeout?: number | undefined;
  /** Aborting it rejects the promise with `request-aborted`. */
  signal?: AbortSignal | undefined;
}

/** `send(event, data)`. Names and data are those of `Register.messages`, or any if that is not registered. */
export type SendFunction<Types extends object = Register> =
  Required<Types> extends { messages: infer Messages }
    ? <Name extends Extract<keyof Messages, string>>(
        event: Name,
        ...data: DataArguments<Messages[Name]>
      ) => SendResult
    : (event: string, data?: unknown) => SendResult;

/** `request(event, data, options)`. Names, data and replies are those of `Register.requests`, or any if not registered. */
export type RequestFunction<Types extends object = Register> =
  Required<Types> extends { requests: infer Requests }
    ? <Name extends Extract<keyof Requests, string>>(
        event: Name,
        ...dataAndOptions: RequestArguments<Requests[Name]>
      ) => Promise<RequestReply<Requests[Name]>>
    : (event: string, data?: unknown, options?: RequestOptions) => Promise<unknown>;

/**
 * `stream(event, data, options)`. Names, data and parts are those of `Register.streams`, or any if that is not registered.
 */
export type StreamFunction<Types extends object = Register> =
  Required<Types> extends { streams: infer Streams }
    ? <Name extends Extract<keyof Streams, string>>(
        event: Name,
        ...dataAndOptions: RequestArguments<Streams[Name]>
      ) => AsyncIterableIterator<RequestReply<Streams[Name]>>
    : (event: string, data?: unknown, options?: RequestOptions) => AsyncIterableIterator<unknown>;

type RequestArguments<Signature> = Signature extends (...data: infer Data) => unknown
  ? [...DataArguments<Data extends [] ? undefined : Data[0]>, options?: RequestOptions]
  : ['In Register, requests and streams are functions: (data) => reply'];

type RequestReply<Signature> = Signature extends (...data: never[]) => infer Reply ? Awaited<Reply> : never;

/**
 * A key of `Register` that is none of its parts. It becomes a type error; otherwise it would have no effect. `user` and
 * `channels` are parts of a type that is shared with a server (`everwire/server`).
 */
type Misspelt<Types extends object> = Exclude<
  Extract<keyof Types, string>,
  'events' | 'messages' | 'requests' | 'streams' | 'user' | 'channels'
>;

type DataArguments<Data> = undefined extends Data ? [data?: Data] : [data: Data];

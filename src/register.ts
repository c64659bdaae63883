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
 *   }
 * }
 * ```
 *
 * If a part is missing, its names are `string` and its data is `unknown`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: an interface, because only interfaces can be merged into.
export interface Register {}

/** The registered events: name to data. Any name and `unknown` data if none are registered. */
export type EventMap = Required<Register> extends { events: infer Events } ? Events : Record<string, unknown>;

/** The name of an event: a registered one, or any string if none are registered. */
export type EventName = [Misspelt] extends [never]
  ? Required<Register> extends { events: infer Events }
    ? Extract<keyof Events, string> | 'hello'
    : string
  : `Register has no "${Misspelt}": it knows events, messages, requests and streams`;

/** The data of the events of this name. */
export type EventData<Name extends string> = Name extends keyof EventMap ? EventMap[Name] : unknown;

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
export type SendFunction =
  Required<Register> extends { messages: infer Messages }
    ? <Name extends Extract<keyof Messages, string>>(
        event: Name,
        ...data: DataArguments<Messages[Name]>
      ) => SendResult
    : (event: string, data?: unknown) => SendResult;

/** `request(event, data, options)`. Names, data and replies are those of `Register.requests`, or any if not registered. */
export type RequestFunction =
  Required<Register> extends { requests: infer Requests }
    ? <Name extends Extract<keyof Requests, string>>(
        event: Name,
        ...dataAndOptions: RequestArguments<Requests[Name]>
      ) => Promise<RequestReply<Requests[Name]>>
    : (event: string, data?: unknown, options?: RequestOptions) => Promise<unknown>;

/**
 * `stream(event, data, options)`. Names, data and parts are those of `Register.streams`, or any if that is not registered.
 */
export type StreamFunction =
  Required<Register> extends { streams: infer Streams }
    ? <Name extends Extract<keyof Streams, string>>(
        event: Name,
        ...dataAndOptions: RequestArguments<Streams[Name]>
      ) => AsyncIterableIterator<RequestReply<Streams[Name]>>
    : (event: string, data?: unknown, options?: RequestOptions) => AsyncIterableIterator<unknown>;

type RequestArguments<Signature> = Signature extends (...data: infer Data) => unknown
  ? [...DataArguments<Data extends [] ? undefined : Data[0]>, options?: RequestOptions]
  : ['In Register, requests and streams are functions: (data) => reply'];

type RequestReply<Signature> = Signature extends (...data: never[]) => infer Reply ? Awaited<Reply> : never;

/** A key of `Register` that is none of its parts. It becomes a type error; otherwise it would have no effect. */
type Misspelt = Exclude<Extract<keyof Register, string>, 'events' | 'messages' | 'requests' | 'streams'>;

type DataArguments<Data> = undefined extends Data ? [data?: Data] : [data: Data];

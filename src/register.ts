/** What are the app's events called, and what do they carry? Filled in by the app, by declaration merging. */
import type { RequestOptions, SendResult } from './types.ts';

/**
 * Declare once what goes over your socket, and every hook, `event$`, handler, `send`, `request` and schema knows it. Each
 * part may be left out:
 *
 * ```ts
 * declare module 'everwire' {
 *   interface Register {
 *     events: { posted: Post; typing: { user: string } };               // what comes: name to data
 *     messages: { user_typing: { channel: string } };                   // what `send` sends: name to data
 *     requests: { history: (data: { channel: string }) => Post[] };     // what `request` asks, and gets
 *   }
 * }
 * ```
 *
 * Where a part is left out, its names are `string` and its data is `unknown`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: an interface, because only an interface merges.
export interface Register {}

/** The registered events: name to data. */
export type EventMap = Required<Register> extends { events: infer Events } ? Events : Record<string, unknown>;

/** A name that can be listened to: a registered one, or any string where none are registered. */
export type EventName = [Misspelt] extends [never]
  ? Required<Register> extends { events: infer Events }
    ? Extract<keyof Events, string> | 'hello'
    : string
  : `Register has no "${Misspelt}": it knows events, messages and requests`;

/** What an event of this name carries. */
export type EventData<Name extends string> = Name extends keyof EventMap ? EventMap[Name] : unknown;

/** `send(event, data)`: any name and any data, or what `Register.messages` says. */
export type SendFunction =
  Required<Register> extends { messages: infer Messages }
    ? <Name extends Extract<keyof Messages, string>>(
        event: Name,
        ...data: DataArguments<Messages[Name]>
      ) => SendResult
    : (event: string, data?: unknown) => SendResult;

/** `request(event, data, options)`: any name, data and reply, or what `Register.requests` says. */
export type RequestFunction =
  Required<Register> extends { requests: infer Requests }
    ? <Name extends Extract<keyof Requests, string>>(
        event: Name,
        ...dataAndOptions: RequestArguments<Requests[Name]>
      ) => Promise<RequestReply<Requests[Name]>>
    : (event: string, data?: unknown, options?: RequestOptions) => Promise<unknown>;

type RequestArguments<Signature> = Signature extends (...data: infer Data) => unknown
  ? [...DataArguments<Data extends [] ? undefined : Data[0]>, options?: RequestOptions]
  : ['In Register.requests, a request is a function: (data) => reply'];

type RequestReply<Signature> = Signature extends (...data: never[]) => infer Reply ? Awaited<Reply> : never;

/** A part that would be overlooked in silence. */
type Misspelt = Exclude<Extract<keyof Register, string>, 'events' | 'messages' | 'requests'>;

type DataArguments<Data> = undefined extends Data ? [data?: Data] : [data: Data];

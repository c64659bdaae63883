/** What are the app's events called, and what do they carry? Filled in by the app, by declaration merging. */

/**
 * Declare your events once, and every hook, `event$` and handler knows them:
 *
 * ```ts
 * declare module 'everwire' {
 *   interface Register {
 *     events: { posted: Post; typing: { user: string } };
 *   }
 * }
 * ```
 *
 * Without it, names are `string` and data is `unknown`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: an interface, because only an interface merges.
export interface Register {}

/** The registered events: name to data. */
export type EventMap = Register extends { events: infer Events } ? Events : Record<string, unknown>;

/** A name that can be listened to: a registered one, or any string where none are registered. */
export type EventName = Register extends { events: infer Events }
  ? Extract<keyof Events, string> | 'hello'
  : string;

/** What an event of this name carries. */
export type EventData<Name extends string> = Name extends keyof EventMap ? EventMap[Name] : unknown;

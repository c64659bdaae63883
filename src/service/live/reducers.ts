/** The types of what events change in the data of a live query. */
import type { ChannelEventOf } from '../../channel-types.ts';
import type { ChannelEventName, ChannelName, EventName, Register } from '../../register.ts';
import type { EventOf } from '../../types.ts';

/** The names of the events of a channel, or of all events without one. */
type NameIn<Types extends object, Channels = Types extends { channels: infer Declared } ? Declared : never> =
  | EventName<Types>
  | (Channels extends string
      ? never
      : Extract<{ [Channel in keyof Channels]: keyof Channels[Channel] }[keyof Channels], string>);

/** The event of this name, of the channel if there is one. Where no events are declared, it is the same for all names. */
type EventIn<Name extends string, Types extends object, Channel extends ChannelName<Types>> = [
  Channel,
] extends [never]
  ? EventOf<string extends EventName<Types> ? string : Name, Types>
  : ChannelEventOf<
      string extends ChannelEventName<Channel, Types>
        ? ChannelEventName<Channel, Types>
        : Extract<Name, ChannelEventName<Channel, Types>>,
      Channel,
      Types
    >;

/**
 * What each event changes: by name, a function that returns the data with the event. It must not change its argument. With a
 * channel, the events are those of the channel.
 */
export type LiveReducers<
  Data,
  Types extends object = Register,
  Channel extends ChannelName<Types> = never,
> = {
  readonly [Name in NameIn<Types>]?: (
    data: NoInfer<Data>,
    event: EventIn<Name, Types, Channel>,
  ) => NoInfer<Data>;
};

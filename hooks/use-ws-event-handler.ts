'use client';
/** Calls a handler with every event of some names. */
import type { Observable } from 'rxjs';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type {
  ChannelEventName,
  ChannelEventOf,
  ChannelName,
  EventName,
  EventOf,
  Register,
} from '../src/index.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import {
  type HookNames,
  type NoChannelOption,
  type UseChannelOptions,
  useNamedEvents,
} from './use-named-events.ts';

/**
 * Calls `handler` with every event of these names from the mount on, in order, exactly once. Always calls the latest
 * closure, and never renders. If the handler throws or rejects, the error goes to `errors$`; all other handlers are still
 * called. Without a name (`undefined`, `null`, `''` or `false`) it listens to nothing. Throws `invalid-argument` for an
 * invalid name.
 */
export function useWsEventHandler<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  handler: (event: ChannelEventOf<Name, Channel, Types>) => unknown,
  options: UseServiceOptions<Types> & Required<UseChannelOptions<Channel>>,
): void;
export function useWsEventHandler<Name extends EventName<Types>, Types extends object = Register>(
  names: HookNames<Name>,
  handler: (event: EventOf<Name, Types>) => unknown,
  options?: UseServiceOptions<Types> & NoChannelOption,
): void;
export function useWsEventHandler(
  names: HookNames<string>,
  handler: (event: never) => unknown,
  options?: UseServiceOptions<object> & UseChannelOptions<string>,
): void {
  const { events$ } = useNamedEvents(useConnectionOf(options), names, options);
  useStreamHandler(events$ as Observable<never>, handler);
}

'use client';
/** The last events of some names. */
import { useMemo } from 'react';
import { failure } from '../src/errors.ts';
import type {
  ChannelEventName,
  ChannelEventOf,
  ChannelName,
  EventName,
  EventOf,
  IWebSocketEvent,
  Register,
} from '../src/index.ts';
import type { FoldShape } from './create-fold.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useFold } from './use-fold.ts';
import type { HookNames, NoChannelOption, UseChannelOptions } from './use-named-events.ts';
import { useReadable } from './use-readable.ts';

export interface UseWsEventsOptions<Types extends object = Register> extends UseServiceOptions<Types> {
  /** The number of events to keep, from 1. Default 100. */
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 100;

/**
 * The last `limit` events of these names since the mount, oldest first. Renders at most once per frame. Without a name
 * (`undefined`, `null`, `''` or `false`) the list is empty. Throws `invalid-argument` for an invalid name or limit.
 */
export function useWsEvents<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  options: UseWsEventsOptions<Types> & Required<UseChannelOptions<Channel>>,
): readonly ChannelEventOf<Name, Channel, Types>[];
export function useWsEvents<Name extends EventName<Types>, Types extends object = Register>(
  names: HookNames<Name>,
  options?: UseWsEventsOptions<Types> & NoChannelOption,
): readonly EventOf<Name, Types>[];
export function useWsEvents(
  names: HookNames<string>,
  options?: UseWsEventsOptions<object> & UseChannelOptions<string>,
): readonly IWebSocketEvent[] {
  const { limit = DEFAULT_LIMIT } = options ?? {};
  if (!(limit >= 1) || !Number.isInteger(limit)) throw failure('invalid-argument/limit', {});
  const shape: FoldShape<IWebSocketEvent[], readonly IWebSocketEvent[]> = {
    start: () => [],
    add: (list, event) => {
      list.push(event);
      // Cut only when it is twice as long, so that a burst does not copy the list for every event.
      return list.length < limit * 2 ? list : list.slice(-limit);
    },
    show: (list) => [...list],
  };
  const shown = useReadable(useFold(useConnectionOf(options), names, options, shape).store);
  return useMemo(() => shown.slice(-limit), [shown, limit]);
}

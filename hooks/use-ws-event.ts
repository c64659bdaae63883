'use client';
/** The newest event of a name. */
import { useEffect } from 'react';
import { failure } from '../src/errors.ts';
import type {
  ChannelEventName,
  ChannelEventOf,
  ChannelName,
  EventName,
  EventOf,
  IWebSocketEvent,
  NoName,
  Register,
} from '../src/index.ts';
import { wantedChannel, wantedName } from '../src/service/config/event-names.ts';
import type { EventCell } from '../src/store/latest-events.ts';
import { keysOf } from '../src/stream/channel-key.ts';
import { isTimerMs } from '../src/timer-limit.ts';
import { createMatchingCell } from './create-matching-cell.ts';
import { throttled } from './throttled.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useKept } from './use-kept.ts';
import type { NoChannelOption, UseChannelOptions } from './use-named-events.ts';
import { useReadable } from './use-readable.ts';
import { useStableSelector } from './use-stable-selector.ts';

export interface UseWsEventOptions<Event, Selected, Types extends object = Register>
  extends UseServiceOptions<Types> {
  /** A filter: events for which it returns false are ignored, and the last event that passed stays. */
  where?: ((event: Event) => boolean) | undefined;
  /** Selects a part of the event. A part that is shallowly equal to the last one does not render. */
  select?: ((event: Event) => Selected) | undefined;
  /** Renders at most once in this time, and always ends with the newest event; ms. Default: once per frame. */
  every?: number | undefined;
}

/**
 * The newest event of a name, or `undefined` before the first. Renders at most once per frame, and never for another
 * name. A component that mounts late sees the last event at once. Without a name (`undefined`, `null`, `''` or `false`)
 * there is none. Throws `invalid-argument` for an invalid name.
 */
export function useWsEvent<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  Types extends object = Register,
  Selected = ChannelEventOf<Name, Channel, Types>,
>(
  name: Name | NoName,
  options: UseWsEventOptions<ChannelEventOf<Name, Channel, Types>, Selected, Types> &
    Required<UseChannelOptions<Channel>>,
): Selected | undefined;
export function useWsEvent<
  Name extends EventName<Types>,
  Types extends object = Register,
  Selected = EventOf<Name, Types>,
>(
  name: Name | NoName,
  options?: UseWsEventOptions<EventOf<Name, Types>, Selected, Types> & NoChannelOption,
): Selected | undefined;
export function useWsEvent(
  name: string | NoName,
  options?: UseWsEventOptions<IWebSocketEvent, unknown, object> & UseChannelOptions<string>,
): unknown {
  const { where, select, every } = options ?? {};
  if (every !== undefined && !isTimerMs(every)) throw failure('invalid-argument/every', {});
  const connection = useConnectionOf(options);
  const channel = wantedChannel(options);
  const wanted = wantedName(name);
  const [newest, matching] = useKept(() => {
    const [key = ''] = keysOf([wanted], channel);
    const cell = (channel === undefined ? connection.cell : connection.channelCell)(key);
    const paced = (source: EventCell): EventCell =>
      every === undefined ? source : throttled(source, cell, every);
    return [paced(cell), where && createMatchingCell(connection, cell, key, paced)];
  }, [connection, wanted, channel, every, where !== undefined]);
  useEffect(() => {
    if (where) matching?.listenWith(where);
  }, [matching, where]);

  const cell = where && matching ? matching.readWith(where) : newest;
  const shown = useStableSelector((event: IWebSocketEvent | undefined): unknown => event && select?.(event));
  return useReadable(select ? { ...cell, getState: () => shown(cell.getState()) } : cell);
}

'use client';
/** Calls a handler when events may have been missed. */
import { useMemo } from 'react';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { ChannelName, MissedEvents, Register } from '../src/index.ts';
import { wantedChannel } from '../src/service/config/event-names.ts';
import { everywhere } from '../src/service/inbound/missed-events.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import type { UseChannelOptions } from './use-named-events.ts';

/**
 * Calls `handler` once for each gap in the stream, before the first event after it. With `missedEventsJitter` it is called
 * up to that many ms later, so that the clients do not all fetch at the same time. Never renders.
 *
 * With a `channel`, only if events of that channel may have been missed; the notice then has the channel.
 */
export function useMissedEvents<Types extends object = Register>(
  handler: (missed: MissedEvents) => unknown,
  options?: UseServiceOptions<Types> & UseChannelOptions<ChannelName<Types>>,
): void {
  const { missedDelayed } = useConnectionOf(options);
  const channel = wantedChannel(options);
  const source$ = useMemo(() => {
    if (channel === undefined) return missedDelayed.all$;
    return missedDelayed.named$(channel === '' ? [] : [channel, everywhere]);
  }, [missedDelayed, channel]);
  useStreamHandler(source$, (missed) => {
    if (channel === undefined) return handler(missed);
    return missed.except?.has(channel) ? undefined : handler({ ...missed, channel });
  });
}

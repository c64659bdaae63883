/** Checks the numbers of events that are counted for each channel. */
import type { Decoded, IWebSocketEvent } from './decoded.ts';

/** The numbers of the channels of one link. */
export interface ChannelNumbers {
  /**
   * Returns what `decode` returns for an event whose `seq` counts the events of its `channel`: the event, with a
   * missed-events notice for the channel before it if numbers are missing, or nothing if it was received before.
   */
  check(event: IWebSocketEvent & { readonly channel: string }): Decoded | readonly Decoded[];
  /** The channel's numbers start again, for example after joining it again. */
  forget(channel: string): void;
}

/**
 * For servers that count the events of each channel: create it in `open`, so that it lives as long as the link. After a new
 * link, events may be missing in any channel, and one notice for all of them says so.
 */
export function createChannelNumbers(): ChannelNumbers {
  const next = new Map<string, number>();
  return {
    check(event) {
      const { channel, seq } = event;
      const expected = next.get(channel) ?? seq;
      if (seq < expected) return { kind: 'ignored' };
      next.set(channel, seq + 1);
      if (seq === expected) return { kind: 'channel-event', event };
      const count = seq - expected;
      return [
        { kind: 'missed', reason: 'gap', channel, expected, received: seq, count },
        { kind: 'channel-event', event },
      ];
    },
    forget: (channel) => {
      next.delete(channel);
    },
  };
}

/** What goes over the link besides the delivered events. Published for the devtools. */
import type { IWebSocketEvent, ReplyResult } from '../protocols/protocol.ts';
import type { SendResult } from '../register.ts';

export type Traffic =
  /** A message of the app. Its type is the result of `send`. `id` is null if it was not sent. */
  | {
      readonly type: SendResult;
      readonly event: string;
      readonly data: unknown;
      readonly id: number | null;
      /** The channel that it is sent to, or those that a join or a leave is about. */
      readonly channel?: string | readonly string[] | undefined;
    }
  /** The server's reply to a request. */
  | { readonly type: 'reply'; readonly id: number; readonly result: ReplyResult }
  /** An event that was received before, and was dropped. */
  | { readonly type: 'duplicate'; readonly event: IWebSocketEvent }
  /** A channel has changed. It says no more: what is known of each is in `ChannelsHalf.entries`. */
  | { readonly type: 'channel' };

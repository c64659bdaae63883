/** What else goes over the link, beside the events that are handed out? For whoever wants to watch: the devtools. */
import type { IWebSocketEvent, ReplyResult } from '../protocols/protocol.ts';
import type { SendResult } from '../types.ts';

export type Traffic =
  /** A message of the app, and what became of it. `id` is null where it was not sent. */
  | { readonly type: SendResult; readonly event: string; readonly data: unknown; readonly id: number | null }
  /** The server's answer to a request. */
  | { readonly type: 'reply'; readonly id: number; readonly result: ReplyResult }
  /** An event that had been seen already, and was dropped. */
  | { readonly type: 'duplicate'; readonly event: IWebSocketEvent };

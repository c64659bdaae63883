/** What a frame can mean: the result of a protocol's `decode`. */

/** One event, as handlers, hooks and streams get it. */
export interface IWebSocketEvent<T = unknown, N extends string = string> {
  /** Its name. */
  event: N;
  data: T;
  /** Its sequence number; -1 if the server does not number its events. */
  seq: number;
  /** Where it is in the server's log, if the server says so. Opaque: it is passed back to resume after this event. */
  position?: string;
  /** The channel that it belongs to, if the server has channels. */
  channel?: string;
  /** Its recipients, if the server says so (Mattermost's `broadcast`). */
  broadcast?: {
    channel_id?: string;
    team_id?: string;
    user_id?: string;
    omit_users?: Record<string, boolean> | null;
  };
}

/** One WebSocket message: text, or bytes. A view such as `Uint8Array` is sent as its own bytes, not as its whole buffer. */
export type Frame = string | ArrayBuffer | ArrayBufferView;

/** A frame as it is received. */
export type InboundFrame = string | ArrayBuffer;

/** Why a frame is malformed. The service adds `too-long`, and `binary` for data that is neither text nor bytes. */
export type MalformedReason = 'not-json' | 'unsafe-seq' | 'bad-hello' | 'binary' | 'too-long';

/**
 * Why a frame is unrecognised, which is no fault of it: a text that does not look like a message, such as a bare `ping`;
 * JSON that is no object; an object without an event name, such as an error of the server; a message of an unknown type.
 */
export type UnrecognisedReason = 'text' | 'not-an-object' | 'no-event-name' | 'unknown-type';

/**
 * Why events may have been missed. `gap`: sequence numbers are missing, or held events were dropped. `new-session`: the
 * server did not resume the session. `sequence-reset`: the server restarted its numbers under the same `connection_id`.
 * `unknown`: reconnected, and the server sends no `connection_id` or no sequence numbers that would show whether events
 * were missed.
 */
export type MissedReason = 'gap' | 'new-session' | 'sequence-reset' | 'unknown';

/**
 * A message of the server. `answer` is a frame to send back, such as the pong to a server's ping.
 *
 * `malformed`: the frame is meant to be a message and can't be read. Each is reported, and ten in a row replace the link.
 * `unrecognised`: it is not one of this protocol's messages. It is reported once for each reason, and changes nothing.
 */
export type Decoded =
  | {
      readonly kind: 'event';
      readonly event: IWebSocketEvent;
      readonly answer?: Frame;
      /** The event is also an answer to our ping. */
      readonly isPong?: boolean;
    }
  /** An event whose `seq` counts the events of its channel, not of the session: see `createChannelNumbers`. */
  | { readonly kind: 'channel-event'; readonly event: IWebSocketEvent }
  /** The server greets: the link can be used (see `connectedOn`), and a session begins or goes on. */
  | {
      readonly kind: 'hello';
      /** Delivered to the app. Default: nothing is. */
      readonly event?: IWebSocketEvent;
      /** The session's id; null if the server gives it none. */
      readonly connectionId: string | null;
      /** True: the server sends everything after the resume point, so nothing was missed. Default: ids and numbers tell. */
      readonly resumed?: boolean;
      readonly position?: string;
      readonly answer?: Frame;
    }
  /** A reply to a message of ours. An id may be its text. */
  | {
      readonly kind: 'reply';
      readonly id: number | string;
      readonly result: ReplyResult;
      /** More replies follow: this is a part of a stream. A request is settled by its first reply. Default false. */
      readonly more?: boolean;
      readonly position?: string;
    }
  | { readonly kind: 'pong'; readonly id: number | string | null; readonly position?: string }
  /** The server does not have some events any more: one missed-events notice. The default of each number is null. */
  | {
      readonly kind: 'missed';
      readonly reason: MissedReason;
      readonly channel?: string;
      readonly expected?: number;
      readonly received?: number;
      readonly count?: number;
    }
  /** The server ends the link in words of the protocol. It has the effect of a close with this code: see `closePolicy`. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  | { readonly kind: 'ignored'; readonly answer?: Frame }
  | { readonly kind: 'malformed'; readonly reason: MalformedReason }
  | { readonly kind: 'unrecognised'; readonly reason: UnrecognisedReason };

/**
 * The result of a request or stream. `data` resolves its promise, or is its next part (`undefined` is none); `message` and
 * `details` are in its `request-failed` error.
 */
export type ReplyResult =
  | { readonly status: 'ok'; readonly data: unknown }
  | {
      readonly status: 'failed';
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
      /** The server does not accept the session any more. In the answer to a ping, it has the effect of a refused token. */
      readonly cause?: 'unauthorized';
    };

/** A field of an event's data that could not be decoded, such as JSON inside a string. The event is delivered. */
export interface PayloadProblem {
  readonly event: string;
  readonly field: string;
}

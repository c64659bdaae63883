/** What does a wire format have to say? The seam between this package and any server. */

/** One event, as handlers and hooks get it. */
export interface IWebSocketEvent<T = unknown, N extends string = string> {
  event: N;
  data: T;
  /** The server's number for it; -1 where the server does not number its events. */
  seq: number;
  /** Whom the server meant it for, where it says so. */
  broadcast?: {
    channel_id?: string;
    team_id?: string;
    user_id?: string;
    omit_users?: Record<string, boolean> | null;
  };
}

/** One WebSocket message, as it goes over the wire. */
export type Frame = string | ArrayBuffer;

/** How the token travels: in the query, as the first message, as a subprotocol, or not at all. */
export type AuthMode = 'query' | 'message' | 'subprotocol' | 'none';

/** Where a session can be taken up again: its id, and the sequence number of the next event (never 0). */
export interface ResumePoint {
  readonly connectionId: string;
  readonly nextSeq: number;
}

/** All that a protocol may use to write the address and the first frames of one attempt. */
export interface AttemptContext {
  /** Absolute, `ws:` or `wss:`. */
  readonly url: string;
  readonly auth: AuthMode;
  readonly token: string | undefined;
  readonly resume: ResumePoint | null;
  /** The code of the last close in this session, for servers that count them. */
  readonly lastCloseCode: number | null;
  /** The next outgoing id; each call takes one. Ids are never reused within a session. */
  readonly nextId: () => number;
}

/** Where one attempt goes, and what it says first. */
export interface AttemptTarget {
  readonly url: string;
  readonly protocols: readonly string[];
  /** Sent in this order as soon as the socket is open, before anything else. */
  readonly opening: readonly Frame[];
  /** The id of the opening frame that carries the token, where a refusal comes as a failed reply to it. */
  readonly authId?: number;
}

export interface OutgoingMessage {
  readonly event: string;
  readonly data: unknown;
  /** Grows from 1. A reply names it. */
  readonly id: number;
}

export type MalformedReason =
  | 'not-json'
  | 'not-an-object'
  | 'no-event-name'
  | 'unsafe-seq'
  | 'bad-hello'
  | 'binary'
  | 'too-long';

/** What a frame turned out to be. `answer` is a frame to send back, such as the pong to a server's ping. */
export type Decoded =
  | {
      readonly kind: 'event';
      readonly event: IWebSocketEvent;
      readonly answer?: Frame;
      /** It answers our ping as well. */
      readonly isPong?: boolean;
    }
  | {
      readonly kind: 'hello';
      readonly event: IWebSocketEvent;
      readonly connectionId: string | null;
      readonly answer?: Frame;
    }
  | { readonly kind: 'reply'; readonly id: number; readonly result: ReplyResult }
  | { readonly kind: 'pong'; readonly id: number | null }
  | { readonly kind: 'ignored'; readonly answer?: Frame }
  | { readonly kind: 'malformed'; readonly reason: MalformedReason };

export type ReplyResult =
  | { readonly status: 'ok'; readonly data: unknown }
  | {
      readonly status: 'failed';
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
      /** The server no longer knows who we are. As the answer to a ping, it ends the link as a refused token does. */
      readonly cause?: 'unauthorized';
    };

/** A part of an event's data that could not be read, such as JSON inside a string. The event is handed on all the same. */
export interface PayloadProblem {
  readonly event: string;
  readonly field: string;
}

/** A wire format. Plain functions without state: one object may serve many connections. */
export interface Protocol {
  /** Two protocols of one name are taken to be the same, so that one made anew in each render opens no new socket. */
  readonly name: string;
  /** How the token travels where the config does not say. */
  readonly defaultAuth: AuthMode;
  /** The ways it can travel; left out: each of them. Another one is an invalid config. */
  readonly authModes?: readonly AuthMode[];
  /** When a link counts as connected: as soon as the socket is open, or with the first valid frame. */
  readonly connectedOn: 'open' | 'first-frame';
  /** The address, subprotocols and first frames of one attempt. May throw: the attempt then fails with a typed error. */
  target(attempt: AttemptContext): AttemptTarget;
  /** Never throws. `report` may be kept, and called later: when something is read that is decoded only then. */
  decode(frame: Frame, report?: (problem: PayloadProblem) => void): Decoded;
  /** Throws where `data` cannot be serialised. */
  encode(message: OutgoingMessage): Frame;
  /** A frame that a living server answers with a reply to this id, or a pong; left out where the protocol has none. */
  ping?(id: number): Frame;
  /**
   * `surely`: every server of this protocol answers pings, so one is sent right after opening, and silence counts from
   * the first. `perhaps` (the default): silence counts only once this session's server has answered one.
   */
  readonly answersPings?: 'surely' | 'perhaps';
  /** A longer message is refused before it is sent; bytes. Left out: no limit. */
  readonly maxSendBytes?: number;
}

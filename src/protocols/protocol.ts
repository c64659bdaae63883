/** The interface of a protocol: everything that the service needs to know about a server's wire format. */

/** One event, as handlers, hooks and streams get it. */
export interface IWebSocketEvent<T = unknown, N extends string = string> {
  /** Its name. */
  event: N;
  data: T;
  /** Its sequence number; -1 if the server does not number its events. */
  seq: number;
  /** Its recipients, if the server says so (Mattermost's `broadcast`). */
  broadcast?: {
    channel_id?: string;
    team_id?: string;
    user_id?: string;
    omit_users?: Record<string, boolean> | null;
  };
}

/** One WebSocket message, text or binary, as it is sent and received. */
export type Frame = string | ArrayBuffer;

/** How the token is sent: in the query of the address, as the first message, as a subprotocol, or not at all. */
export type AuthMode = 'query' | 'message' | 'subprotocol' | 'none';

/** Where a session is resumed: its id, and the sequence number of the next expected event (never 0). */
export interface ResumePoint {
  readonly connectionId: string;
  readonly nextSeq: number;
}

/** The argument of `Protocol.target`: everything that one attempt knows. */
export interface AttemptContext {
  /** The configured address, absolute, with the scheme `ws:` or `wss:`. */
  readonly url: string;
  readonly auth: AuthMode;
  readonly token: string | undefined;
  /** The session to resume; null to start a new one. */
  readonly resume: ResumePoint | null;
  /** The code of the first close since a link was open, for servers that count the causes of losses; null if there is none. */
  readonly lastCloseCode: number | null;
  /** Returns the next id for an outgoing message. Ids are not reused within a session. */
  readonly nextId: () => number;
}

/** The result of `Protocol.target`: the address of one attempt and its first frames. */
export interface AttemptTarget {
  readonly url: string;
  /** The subprotocols to offer (RFC 6455, 1.9). */
  readonly protocols: readonly string[];
  /** The first frames, sent in this order when the socket opens. */
  readonly opening: readonly Frame[];
  /** The id of the opening frame with the token. A failed reply to it means that the server refused the token. */
  readonly authId?: number;
}

/** A message or request to send. */
export interface OutgoingMessage {
  readonly event: string;
  readonly data: unknown;
  /** Grows from 1. The reply to a request refers to it. */
  readonly id: number;
}

/** Why a frame is malformed. The service adds `too-long`, and `binary` for data that is neither text nor bytes. */
export type MalformedReason =
  | 'not-json'
  | 'not-an-object'
  | 'no-event-name'
  | 'unsafe-seq'
  | 'bad-hello'
  | 'binary'
  | 'too-long';

/** A decoded frame. `answer` is a frame to send back, such as the pong to a server's ping. */
export type Decoded =
  | {
      readonly kind: 'event';
      readonly event: IWebSocketEvent;
      readonly answer?: Frame;
      /** The event is also an answer to our ping. */
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

/** The result of a request. `data` resolves its promise; `message` and `details` are in its `request-failed` error. */
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

/** A wire format. Its functions keep no state, so that many connections can share one object. */
export interface Protocol {
  /** Protocols with the same name count as the same, so that one created in each render opens no new socket. */
  readonly name: string;
  /** How the token is sent by default. */
  readonly defaultAuth: AuthMode;
  /** The supported ways to send it; any other is an invalid config. Default: all. */
  readonly authModes?: readonly AuthMode[];
  /** When the status becomes `connected`: when the socket opens, or with the first valid frame. */
  readonly connectedOn: 'open' | 'first-frame';
  /** Returns the address, subprotocols and first frames of an attempt. If it throws, the attempt fails (`url-failed`). */
  target(attempt: AttemptContext): AttemptTarget;
  /** Decodes a frame. Must not throw. `report` may be called later too, for fields that are decoded when they are read. */
  decode(frame: Frame, report?: (problem: PayloadProblem) => void): Decoded;
  /** Encodes a message. Throws if `data` can't be serialised. */
  encode(message: OutgoingMessage): Frame;
  /** Returns a frame that the server answers with a reply to this id, or with a pong. Omit it if there is no such frame. */
  ping?(id: number): Frame;
  /**
   * `surely`: every server of this protocol answers pings. One is sent right after opening, and a link that does not
   * answer is replaced. `perhaps` (the default): a link is replaced only if the server has answered a ping in this session.
   */
  readonly answersPings?: 'surely' | 'perhaps';
  /** The longest message that the server accepts; bytes. A longer one is not sent (`too-large`). Default: no limit. */
  readonly maxSendBytes?: number;
}

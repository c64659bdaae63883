/** The interface of a protocol: everything that the service needs to know about a server's wire format. */
import type { Decoded, Frame, InboundFrame, PayloadProblem } from './decoded.ts';

export type {
  Decoded,
  Frame,
  InboundFrame,
  IWebSocketEvent,
  MalformedReason,
  MissedReason,
  PayloadProblem,
  ReplyResult,
  UnrecognisedReason,
} from './decoded.ts';

/**
 * How the token is sent: in the query of the address, as the first message, as a subprotocol, or not at all. `cookie`: the
 * browser sends its cookie; the token function, if there is one, is called to renew it, and its result is not sent.
 */
export type AuthMode = 'query' | 'message' | 'subprotocol' | 'cookie' | 'none';

/** Where a session is resumed. */
export interface ResumePoint {
  /** The session's id; null if the server gives none, and only a position is known. */
  readonly connectionId: string | null;
  /** The number of the next expected event (never 0); -1 if the server does not number its events. */
  readonly nextSeq: number;
  /** The position of the last event, pong or reply that had one. */
  readonly position?: string;
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
  /** The subprotocols to offer (RFC 6455, 1.9). Default: none. */
  readonly protocols?: readonly string[];
  /** The first frames, sent in this order when the socket opens. Default: none. */
  readonly opening?: readonly Frame[];
  /** The id of the opening frame with the token. A failed reply to it means that the server refused the token. */
  readonly authId?: number;
}

/** A message to send. */
export interface OutgoingMessage {
  /** `send`: no reply is expected. `request`: one reply settles it. `stream`: replies until one is the last. */
  readonly kind: 'send' | 'request' | 'stream';
  readonly event: string;
  readonly data: unknown;
  /** Grows from 1. The replies to a request or stream refer to it. */
  readonly id: number;
  /** The channel that it is sent to, if it is sent to one. */
  readonly channel?: string | undefined;
}

/** Reads and writes the frames of one link. */
export interface LinkCodec {
  /**
   * Decodes a frame: into one message, or into a list of those that the frame holds, in order. Must not throw. `report` may
   * be called later too, for fields that are decoded when they are read.
   */
  decode(frame: InboundFrame, report?: (problem: PayloadProblem) => void): Decoded | readonly Decoded[];
  /** Encodes a message: as one frame, or as several that belong together. Throws if `data` can't be serialised. */
  encode(message: OutgoingMessage): Frame | readonly Frame[];
  /** Returns a frame that the server answers with a reply to this id, or with a pong. Omit it if there is no such frame. */
  ping?(id: number): Frame;
  /**
   * The app no longer waits for `message`, a request or stream that was sent: it was aborted, or ran out of time. Returns
   * a frame that tells the server, if there is one. Omit it if there is never one.
   */
  cancel?(message: OutgoingMessage, nextId: () => number): Frame | undefined;
}

/** What a protocol's `open` can know of the link, and do with it. */
export interface LinkContext {
  readonly auth: AuthMode;
  readonly token: string | undefined;
  /** The resume point of this attempt; null if it starts a new session. */
  readonly resume: ResumePoint | null;
  /** The subprotocol that the server selected; `''` if none. */
  readonly subprotocol: string;
  /** Aborted when the link is over. */
  readonly signal: AbortSignal;
  /** Returns the next id for an outgoing message. */
  readonly nextId: () => number;
  /** Sends a frame, now or later: a step of a handshake, a heartbeat. Does nothing once the link is over. */
  send(frame: Frame): void;
  /** Does what is done with a decoded frame, for what is known without one, such as a handshake that has succeeded. */
  receive(decoded: Decoded): void;
  /**
   * The server promised to send something at least this often; ms. If nothing at all arrives for that long, the link is
   * dead and is replaced. A later call changes it; `Infinity` ends it.
   */
  expectFrames(withinMs: number): void;
  /**
   * Returns what `create` returned for this key on an earlier link, or calls it. It is kept as long as the session of this
   * user, url and protocol: for what outlives a link, such as the topics to join again.
   */
  remember<Value>(key: string, create: () => Value): Value;
}

/** What protocols of both forms have. */
export interface ProtocolBasics {
  /** Protocols with the same name count as the same, so that one created in each render opens no new socket. */
  readonly name: string;
  /** How the token is sent by default. */
  readonly defaultAuth: AuthMode;
  /** The supported ways to send it; any other is an invalid config, except `cookie` and `none`. Default: all. */
  readonly authModes?: readonly AuthMode[];
  /**
   * When the status becomes `connected`: when the socket opens, with the first valid frame, or with the first message that
   * is decoded as a `hello`: the handshake has succeeded. Until then the app can send nothing.
   */
  readonly connectedOn: 'open' | 'first-frame' | 'hello';
  /** Returns the address, subprotocols and first frames of an attempt. If it throws, the attempt fails (`url-failed`). */
  target(attempt: AttemptContext): AttemptTarget;
  /**
   * `surely`: every server of this protocol answers pings. One is sent right after opening, and a link that does not
   * answer is replaced. `perhaps` (the default): a link is replaced only if the server has answered a ping in this session.
   * `unknown`: the same, and servers that do not know pings use this format too. So with `heartbeat: 'auto'` none is sent
   * before the server has sent a `hello` with an id or a numbered event.
   */
  readonly answersPings?: 'surely' | 'perhaps' | 'unknown';
  /** The longest frame that the server accepts; bytes. A message with a longer one is not sent (`too-large`). Default: no limit. */
  readonly maxSendBytes?: number;
}

/** A wire format whose functions keep no state, so that many links and connections can share one object. */
export interface SimpleProtocol extends ProtocolBasics, LinkCodec {
  readonly open?: undefined;
}

/** A wire format with state: which id belongs to what, how far a handshake is. The state is made for each link. */
export interface LinkProtocol extends ProtocolBasics {
  /** The socket has opened, and the opening frames were sent. Returns what reads and writes this link. */
  open(link: LinkContext): LinkCodec;
}

/** A wire format. */
export type Protocol = SimpleProtocol | LinkProtocol;

/** A simple protocol of text frames with one message each. */
export interface TextProtocol extends SimpleProtocol {
  decode(frame: InboundFrame, report?: (problem: PayloadProblem) => void): Decoded;
  encode(message: OutgoingMessage): string;
}

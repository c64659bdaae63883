/** The server's side of a wire format: how a fake server speaks another protocol than the envelope. */

import type { Frame, ResumePoint } from './types.ts';

/** One frame, or several that belong together. */
export type Frames = Frame | ArrayBufferView | readonly (Frame | ArrayBufferView)[];

/** What a handshake says about its client. */
export interface Credentials {
  readonly token: string | null;
  readonly resume: ResumePoint | null;
}

/** What a client's frame means. */
export type ClientMessage =
  /**
   * The client says who it is, and may ask for its session. It is let in if the server accepts the token. With an `id`, it
   * gets a reply.
   */
  | {
      readonly kind: 'authenticate';
      readonly token: string | null;
      readonly resume?: ResumePoint | null;
      readonly id?: number | string | null;
    }
  /** A message for the handler of its name. Without an `id`, it is not answered. */
  | {
      readonly kind: 'message';
      readonly event: string;
      readonly data: unknown;
      readonly id: number | string | null;
    }
  /** The client no longer waits for the replies to the message with this id. */
  | { readonly kind: 'cancel'; readonly id: number | string }
  /** It was dealt with, or is not understood. */
  | { readonly kind: 'other'; readonly data?: unknown; readonly id?: number | string | null };

/** A reply of a handler. `more`: others to the same message follow. */
export type FakeReply =
  | {
      readonly status: 'ok';
      readonly data: unknown;
      readonly more: boolean;
      readonly position?: string | undefined;
    }
  | { readonly status: 'failed'; readonly error: { readonly id?: string; readonly message: string } };

/** An event of `emit()`. */
export interface FakeEvent {
  readonly event: string;
  readonly data: unknown;
  readonly broadcast: unknown;
  /** The channel that it was published to. */
  readonly channel?: string | undefined;
  /** Where it is in the server's log. */
  readonly position?: string | undefined;
}

/** The session that a client was given. */
export interface FakeSession {
  readonly connectionId: string;
  readonly resumed: boolean;
}

/** One link, as the protocol sees it. */
export interface FakeLink {
  readonly url: string;
  /** The subprotocol that was selected; `''` if none. */
  readonly subprotocol: string;
  /** Whether to answer pings: the option `pong`. */
  readonly answersPings: boolean;
  /** Sends a frame, such as the answer to a ping. */
  send(frame: Frame): void;
  /** Closes the link. */
  close(code?: number, reason?: string): void;
}

/** Reads and writes the frames of one link. */
export interface FakeCodec {
  /** Reads a frame of the client: one message, or several. */
  read(frame: Frame): ClientMessage | readonly ClientMessage[];
  /** The frames that greet a client when it is let in, before the events that it missed. Default: none. */
  hello?(session: FakeSession): Frames;
  /** Refuses a token that came in a message. Default: closes with 4401. */
  refuse?(): void;
  /** Writes an event with its number, null if the server does not number them. `[]`: this client does not get it. */
  event(event: FakeEvent, seq: number | null): Frames;
  /** Writes a reply to the message with this id. `[]`: the protocol has none. */
  reply(id: number | string, reply: FakeReply): Frames;
}

/** A wire format, from the server's side: the option `protocol` of `createFakeServer`. */
export interface FakeProtocol {
  /**
   * The subprotocols that the server knows. It selects the first of them that a client offers, and refuses a client that
   * offers only others. A client that offers none is let in. Default: none.
   */
  readonly subprotocols?: readonly string[];
  /** `open`: a client is let in with the handshake. `message`: with a message that is read as `authenticate`. */
  readonly admits: 'open' | 'message';
  /** Reads the token and the resume point from the address and the subprotocols. Default: there are none. */
  credentials?(url: string, offered: readonly string[]): Credentials;
  /** Called for each link. State of the link belongs into what it returns. */
  open(link: FakeLink): FakeCodec;
}

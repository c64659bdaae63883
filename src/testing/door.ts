// What the server and its doors say to each other: all that they know of one another.

import type { DoorName, Frame } from './types.ts';

/** A client that asks to be let in. */
export interface Arrival {
  readonly door: DoorName;
  readonly url: string;
  readonly protocols: readonly string[];
  /** Whether the address is this server's, or one that nobody answers at. */
  readonly address: 'ours' | 'unknown';
}

/** What the server may do to a client. Each call is one delivery, already late enough and in order. */
export interface ClientEnd {
  /** Completes the handshake; false where the client is no longer there. */
  open(protocol: string): boolean;
  /** Ends the handshake without success. */
  refuse(): void;
  receive(frame: Frame): void;
  /** A close frame; `null`: an empty one. */
  close(code: number | null, reason: string): void;
  /** The end without a close frame. */
  cut(): void;
  /** Stops reading from the client, where the door reads by itself. */
  pause(): void;
  resume(): void;
  /** Whether the door, too, still believes the client there. */
  isLive(): boolean;
}

/** What a door tells the server about its client. */
export interface ServerEnd {
  /** The client has sent a frame. */
  receive(frame: Frame): void;
  /** The client has sent a close frame, and no longer counts as alive; it waits for the server's. */
  close(code: number | null, reason: string): void;
  /** The client gives up its handshake, and is told so by `cut()` at the next timer. */
  abort(): void;
  /** The client is no more. */
  gone(): void;
}

/** How a door brings a client to the server. */
export type Arrive = (arrival: Arrival, client: ClientEnd) => ServerEnd;

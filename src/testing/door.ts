/** Defines how the server and its doors call each other. They depend on nothing else of each other. */

import type { DoorName, Frame } from './types.ts';

/** A client that wants to connect. */
export interface Arrival {
  readonly door: DoorName;
  readonly url: string;
  readonly protocols: readonly string[];
  /** `unknown`: not the address of this server, and refused. */
  readonly address: 'ours' | 'unknown';
}

/** What the server may do to a client. Each call is one delivery, already late enough and in order. */
export interface ClientEnd {
  /** Completes the handshake; returns false if the client is gone. */
  open(protocol: string): boolean;
  /** Ends the handshake without success. */
  refuse(): void;
  receive(frame: Frame): void;
  /** A close frame; `null`: an empty one. */
  close(code: number | null, reason: string): void;
  /** The end without a close frame. */
  cut(): void;
  /** Stops reading from the client, if the door reads by itself. */
  pause(): void;
  resume(): void;
  /** Whether the client is still there, as far as the door knows. */
  isLive(): boolean;
}

/** What a door reports to the server about its client. */
export interface ServerEnd {
  /** The client has sent a frame. */
  receive(frame: Frame): void;
  /** The client has sent a close frame, and no longer counts as alive; it waits for the server's close frame. */
  close(code: number | null, reason: string): void;
  /** The client gives up its handshake; `cut()` follows at the next timer. */
  abort(): void;
  /** The client is gone. */
  gone(): void;
}

/** How a door brings a client to the server. */
export type Arrive = (arrival: Arrival, client: ClientEnd) => ServerEnd;

// One client's wire: two ordered pipes, what each end believes of the other, and the ways in which it ends.

import type { Arrival, ClientEnd } from './door.ts';
import { createPipe, type Pipe } from './pipe.ts';
import type { Session } from './session-brain.ts';
import type { FakeConnection, Frame, HandshakeRecord } from './types.ts';

/** A record while it is still being written. */
export type OpenRecord = { -readonly [K in keyof HandshakeRecord]: HandshakeRecord[K] };

/** What the server knows of its client: it is deciding, it holds the link, or it has let go of it. */
type ServerView =
  | { readonly is: 'deciding' }
  | { readonly is: 'awaiting-token' }
  | { readonly is: 'holding'; readonly session: Session; readonly connection: FakeConnection }
  | { readonly is: 'let-go' };

/** One wire. The two ends may believe different things: that is what a half-open link is. */
export interface Link {
  readonly arrival: Arrival;
  readonly client: ClientEnd;
  readonly record: OpenRecord;
  readonly toClient: Pipe;
  readonly toServer: Pipe;
  /** How the socket stands at the client. */
  clientView: 'opening' | 'open' | 'leaving' | 'gone';
  serverView: ServerView;
  flow: 'running' | 'frozen';
}

/** Makes the wire of a client that has just arrived. */
export function createLink(
  arrival: Arrival,
  client: ClientEnd,
  record: OpenRecord,
  latencyMs: () => number,
  now: () => number,
): Link {
  return {
    arrival,
    client,
    record,
    toClient: createPipe(latencyMs, now),
    toServer: createPipe(latencyMs, now),
    clientView: 'opening',
    serverView: { is: 'deciding' },
    flow: 'running',
  };
}

/** Whether the socket is CONNECTING or OPEN at the client. */
export function isAlive(link: Link): boolean {
  return link.clientView === 'opening' || link.clientView === 'open';
}

/** Whether the server may still write to the client. */
export function isWritable(link: Link): boolean {
  return link.serverView.is === 'holding' || link.serverView.is === 'awaiting-token';
}

/** Puts a frame on its way. */
export function write(link: Link, frame: Frame): void {
  link.toClient.push(() => link.client.receive(frame));
}

/** The server's close frame. Nothing of the client is heard after it. */
export function endCleanly(link: Link, code: number | null, reason: string): void {
  link.serverView = { is: 'let-go' };
  link.toClient.push(() => link.client.close(code, reason));
}

/** The end without a close frame, frozen or not: what is on its way is lost. `ms`: instead of the latency. */
export function cut(link: Link, ms?: number): void {
  link.serverView = { is: 'let-go' };
  link.toServer.clear();
  link.toClient.clear();
  thaw(link);
  link.toClient.push(() => link.client.cut(), ms);
}

/** Lets nothing in or out. */
export function freeze(link: Link): void {
  link.flow = 'frozen';
  link.toClient.pause();
  link.toServer.pause();
  link.client.pause();
}

/** Lets everything go on from where it was held. */
export function thaw(link: Link): void {
  if (link.flow === 'running') return;
  link.flow = 'running';
  link.toClient.resume();
  link.toServer.resume();
  link.client.resume();
}

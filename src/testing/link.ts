/** Carries one client's frames over two ordered pipes, and keeps what each end knows about the other. */

import type { Arrival, ClientEnd } from './door.ts';
import { createPipe, type Pipe } from './pipe.ts';
import type { FakeCodec, Frames } from './protocol.ts';
import type { Session } from './sessions.ts';
import type { FakeConnection, Frame, HandshakeRecord } from './types.ts';

/** A record while it is still being written. */
export type OpenRecord = { -readonly [K in keyof HandshakeRecord]: HandshakeRecord[K] };

/** How the link stands at the server. `released`: it is over there, and the client may not know yet. */
type ServerView =
  | { readonly is: 'deciding' }
  | { readonly is: 'awaiting-token' }
  | { readonly is: 'holding'; readonly session: Session; readonly connection: FakeConnection }
  | { readonly is: 'released' };

/** One link. Its two ends may disagree about its state: a half-open link does. */
export interface Link {
  readonly arrival: Arrival;
  readonly client: ClientEnd;
  readonly record: OpenRecord;
  readonly toClient: Pipe;
  readonly toServer: Pipe;
  /** What reads and writes its frames; null until its handshake has succeeded. */
  codec: FakeCodec | null;
  /** The replies that are still being written, by the id of their message. */
  readonly streams: Map<number | string, AsyncIterator<unknown>>;
  /** How the link stands at the client. */
  clientView: 'opening' | 'open' | 'leaving' | 'gone';
  serverView: ServerView;
  flow: 'running' | 'frozen';
}

/** Makes the link of a client that has just arrived. */
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
    codec: null,
    streams: new Map(),
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

/** Sends frames to the client. They arrive after the latency. */
export function write(link: Link, frames: Frames): void {
  const list = typeof frames === 'string' || !Array.isArray(frames) ? [frames as Frame] : frames;
  for (const frame of list) {
    const own = ownBytes(frame);
    link.toClient.push(() => link.client.receive(own));
  }
}

/** Bytes are copied: the protocol may use their buffer again before they arrive. */
function ownBytes(frame: Frame | ArrayBufferView): Frame {
  return ArrayBuffer.isView(frame)
    ? new Uint8Array(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength)).buffer
    : frame;
}

/** Sends the server's close frame. */
export function endCleanly(link: Link, code: number | null, reason: string): void {
  link.toClient.push(() => link.client.close(code, reason));
}

/** Ends the link without a close frame, frozen or not: frames on their way are lost. `delayMs`: instead of the latency. */
export function cut(link: Link, delayMs?: number): void {
  link.toServer.clear();
  link.toClient.clear();
  thaw(link);
  link.toClient.push(() => link.client.cut(), delayMs);
}

/** Holds back everything in both directions. */
export function freeze(link: Link): void {
  link.flow = 'frozen';
  link.toClient.pause();
  link.toServer.pause();
  link.client.pause();
}

/** Delivers what was held back, in order, and everything after it. */
export function thaw(link: Link): void {
  if (link.flow === 'running') return;
  link.flow = 'running';
  link.toClient.resume();
  link.toServer.resume();
  link.client.resume();
}

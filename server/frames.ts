/** The frames of the envelope, as the server reads and writes them. docs/protocol.md specifies them. */
import type { Entry, Position } from './types.ts';

/** A message or a request of a client. */
export interface ClientFrame {
  readonly event: string;
  readonly data: unknown;
  /** The number to reply with; null if the client gave none. */
  readonly seq: number | null;
}

/** Null for a frame that is not one. */
export function readFrame(text: string): ClientFrame | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const { event, data, seq } = parsed as Record<string, unknown>;
  if (typeof event !== 'string' || event === '') return null;
  return { event, data, seq: Number.isSafeInteger(seq) ? (seq as number) : null };
}

/**
 * The frame of an event, up to its number. It is the same for all sessions, so each of them adds only its number and a
 * brace.
 */
export function eventPrefix(entry: Extract<Entry, { kind: 'event' }>): string {
  const { event, data, position, target } = entry;
  const channel = 'channel' in target ? `,"channel":${JSON.stringify(target.channel)}` : '';
  return `{"event":${JSON.stringify(event)},"data":${data}${channel},"position":"${position}","seq":`;
}

export function helloFrame(connectionId: string, position: Position): string {
  return JSON.stringify({ event: 'hello', data: { connection_id: connectionId }, position, seq: 0 });
}

export type Reply =
  | { readonly status: 'OK'; readonly data?: unknown; readonly position?: Position | undefined }
  | { readonly status: 'FAIL'; readonly error: { readonly id: string; readonly message: string } };

/** Throws where the data can't be written as JSON. */
export function replyFrame(seq: number, reply: Reply): string {
  return JSON.stringify({ seq_reply: seq, ...reply });
}

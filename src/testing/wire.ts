/** Reads and writes the envelope protocol from the server's side. */

import type { Frame, ResumePoint } from './types.ts';

/** The one subprotocol that the server selects. */
export const SUBPROTOCOL = 'everwire';

const TOKEN_SUBPROTOCOL = 'everwire.token.';

/** What a handshake contains about its client. */
export interface Credentials {
  readonly token: string | null;
  readonly resume: ResumePoint | null;
}

/** Reads the token (query first, then subprotocols) and the resume point from a handshake. */
export function readCredentials(url: string, protocols: readonly string[]): Credentials {
  const query = new URL(url).searchParams;
  return { token: query.get('token') ?? tokenOfSubprotocols(protocols), resume: resumePoint(query) };
}

/** What a client's frame holds; all `null` if it is not a JSON object. */
export interface ClientFrame {
  readonly event: string | null;
  readonly data: unknown;
  readonly seq: number | null;
}

/** Reads one client frame; never throws. */
export function readClientFrame(raw: Frame): ClientFrame {
  const value = typeof raw === 'string' ? parse(raw) : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { event: null, data: null, seq: null };
  }
  const { event, data, seq } = value as Readonly<Record<string, unknown>>;
  return {
    event: typeof event === 'string' ? event : null,
    data,
    seq: typeof seq === 'number' && Number.isSafeInteger(seq) ? seq : null,
  };
}

/**
 * Writes an event's frame without its number. The data is serialised once for all sessions, because only the number
 * differs between them.
 */
export function eventText(event: string, data: unknown, broadcast: unknown): (seq: number | null) => string {
  const head = `{"event":${JSON.stringify(event)},"data":${JSON.stringify(data) ?? 'null'}`;
  const tail = broadcast === undefined ? '}' : `,"broadcast":${JSON.stringify(broadcast)}}`;
  return (seq) => (seq === null ? head + tail : `${head},"seq":${seq}${tail}`);
}

/** The reply to a request that succeeded. */
export function okReply(seq: number, data: unknown): string {
  return JSON.stringify({ seq_reply: seq, status: 'OK', data });
}

/** The reply to a request that failed, with the error that was thrown. */
export function failReply(seq: number, thrown: unknown): string {
  return JSON.stringify({ seq_reply: seq, status: 'FAIL', error: readThrown(thrown) });
}

function readThrown(thrown: unknown): { id?: string; message: string } {
  if (typeof thrown !== 'object' || thrown === null) return { message: String(thrown) };
  const { id, message } = thrown as { readonly id?: unknown; readonly message?: unknown };
  const text = typeof message === 'string' ? message : 'failed';
  return typeof id === 'string' ? { id, message: text } : { message: text };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function resumePoint(query: URLSearchParams): ResumePoint | null {
  const connectionId = query.get('connection_id');
  const sequenceNumber = query.get('sequence_number');
  if (!connectionId || sequenceNumber === null || !/^\d{1,16}$/.test(sequenceNumber)) return null;
  return { connectionId, sequenceNumber: Number(sequenceNumber) };
}

function tokenOfSubprotocols(protocols: readonly string[]): string | null {
  const offer = protocols.find((protocol) => protocol.startsWith(TOKEN_SUBPROTOCOL));
  return offer === undefined ? null : base64UrlText(offer.slice(TOKEN_SUBPROTOCOL.length));
}

function base64UrlText(encoded: string): string | null {
  try {
    const bytes = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    );
  } catch {
    return null;
  }
}

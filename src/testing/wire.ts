/** Reads and writes the envelope protocol from the server's side. */

import type { ClientMessage, Credentials, FakeCodec, FakeEvent, FakeProtocol } from './protocol.ts';
import type { Frame, ResumePoint } from './types.ts';

/** The one subprotocol that the server selects. */
const SUBPROTOCOL = 'everwire';

const TOKEN_SUBPROTOCOL = 'everwire.token.';

/** Reads the token (query first, then subprotocols) and the resume point from a handshake. */
function readCredentials(url: string, protocols: readonly string[]): Credentials {
  const query = new URL(url).searchParams;
  return { token: query.get('token') ?? tokenOfSubprotocols(protocols), resume: resumePoint(query) };
}

/** What a client's frame holds; all `null` if it is not a JSON object. */
interface ClientFrame {
  readonly event: string | null;
  readonly data: unknown;
  readonly seq: number | null;
}

/** Reads one client frame; never throws. */
function readClientFrame(raw: Frame): ClientFrame {
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
function eventText({ event, data, ...more }: FakeEvent): (seq: number | null) => string {
  const head = `{"event":${JSON.stringify(event)},"data":${JSON.stringify(data) ?? 'null'}`;
  const rest = JSON.stringify(more);
  const tail = rest === '{}' ? '}' : `,${rest.slice(1)}`;
  return (seq) => (seq === null ? head + tail : `${head},"seq":${seq}${tail}`);
}

/** The envelope protocol, which a fake server speaks by default. */
export interface EnvelopeServer extends FakeProtocol {
  /** Writes an event once for all sessions, because only its number differs between them. */
  prepare(event: FakeEvent): (seq: number | null) => string;
}

export const envelopeServer: EnvelopeServer = {
  subprotocols: [SUBPROTOCOL],
  admits: 'open',
  credentials: readCredentials,
  prepare: eventText,
  open: () => codec,
};

const codec: FakeCodec = {
  read,
  event: (event, seq) => envelopeServer.prepare(event)(seq),
  reply: (id, reply) =>
    reply.status === 'ok'
      ? JSON.stringify({
          ...{ seq_reply: id, status: 'OK', data: reply.data, position: reply.position },
          ...(reply.more && { more: true }),
        })
      : JSON.stringify({ seq_reply: id, status: 'FAIL', error: reply.error }),
};

function read(frame: Frame): ClientMessage {
  const { event, data, seq: id } = readClientFrame(frame);
  if (event === null) return { kind: 'other', data, id };
  const { token, seq } = (data ?? {}) as { readonly token?: unknown; readonly seq?: unknown };
  if (event === 'authenticate')
    return { kind: 'authenticate', token: typeof token === 'string' ? token : null, id };
  if (event === 'cancel' && typeof seq === 'number') return { kind: 'cancel', id: seq };
  return { kind: 'message', event, data, id };
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

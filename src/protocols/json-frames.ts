/** What is in a JSON text frame? An event, a hello, or a reply, as the envelope and Mattermost both write them. */
import type { Decoded, Frame, IWebSocketEvent } from './protocol.ts';

/** A longer id than this is not an id: it would have to fit into an address. */
const CONNECTION_ID_MAX_LENGTH = 256;

/** Reads `{event, data, seq, broadcast?}` and `{seq_reply, status, data?, error?}`. Never throws. */
export function decodeJsonFrame(frame: Frame): Decoded {
  if (typeof frame !== 'string') return { kind: 'malformed', reason: 'binary' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(frame);
  } catch {
    return { kind: 'malformed', reason: 'not-json' };
  }
  if (!isRecord(parsed)) return { kind: 'malformed', reason: 'not-an-object' };
  const { event, seq } = parsed;
  if (typeof event !== 'string' || event === '') return decodeReply(parsed);
  if (seq !== undefined && seq !== null && !isSafeSeq(seq))
    return { kind: 'malformed', reason: 'unsafe-seq' };
  const message = toEvent(parsed, event, isSafeSeq(seq) ? seq : -1);
  return event === 'hello' ? decodeHello(message) : { kind: 'event', event: message };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A fresh object, so that nothing else that a server put into the frame reaches the app. */
function toEvent(frame: Record<string, unknown>, event: string, seq: number): IWebSocketEvent {
  return isRecord(frame.broadcast)
    ? { event, data: frame.data, seq, broadcast: frame.broadcast }
    : { event, data: frame.data, seq };
}

function decodeHello(event: IWebSocketEvent): Decoded {
  const id = isRecord(event.data) ? event.data.connection_id : undefined;
  if (id === undefined || id === null) return { kind: 'hello', event, connectionId: null };
  if (!isUsableId(id)) return { kind: 'malformed', reason: 'bad-hello' };
  return { kind: 'hello', event, connectionId: id };
}

/** It has to fit into an address: half a surrogate pair never would, and no attempt would be made again. */
function isUsableId(id: unknown): id is string {
  if (typeof id !== 'string' || id === '' || id.length > CONNECTION_ID_MAX_LENGTH) return false;
  try {
    return encodeURIComponent(id) !== '';
  } catch {
    return false;
  }
}

function decodeReply(frame: Record<string, unknown>): Decoded {
  const id = frame.seq_reply;
  if (id === undefined && !('status' in frame)) return { kind: 'malformed', reason: 'no-event-name' };
  // A server leaves the number out when it could not read ours: nobody waits for such a reply.
  if (!isSafeSeq(id)) return { kind: 'ignored' };
  if (frame.status === 'OK') return { kind: 'reply', id, result: { status: 'ok', data: frame.data } };
  const error = isRecord(frame.error) ? frame.error : {};
  const message = typeof error.message === 'string' ? error.message : 'The server gave no reason.';
  return { kind: 'reply', id, result: { status: 'failed', message, details: error } };
}

function isSafeSeq(value: unknown): value is number {
  // After the largest there is no next one.
  return Number.isSafeInteger(value) && (value as number) >= 0 && value !== Number.MAX_SAFE_INTEGER;
}

/** Decodes JSON text frames into events, hellos and replies. The envelope and Mattermost share this format. */
import type { Decoded, Frame, IWebSocketEvent, MalformedReason } from './protocol.ts';

/** Decodes `{event, data, seq, broadcast?}` and `{seq_reply, status, data?, error?}`. Never throws. */
export function decodeJsonFrame(frame: Frame): Decoded {
  if (typeof frame !== 'string') return malformed('binary');
  let parsed: unknown;
  try {
    parsed = JSON.parse(frame);
  } catch {
    return malformed('not-json');
  }
  if (!isRecord(parsed)) return malformed('not-an-object');
  const { event, data, broadcast } = parsed;
  if (typeof event !== 'string' || event === '') return decodeReply(parsed);
  const seq = parsed.seq ?? null;
  if (seq !== null && !isSafeSeq(seq)) return malformed('unsafe-seq');
  // A new object, so that other keys of the frame do not reach the app.
  const message: IWebSocketEvent = { event, data, seq: seq ?? -1 };
  if (isRecord(broadcast)) message.broadcast = broadcast;
  return event === 'hello' ? decodeHello(message) : { kind: 'event', event: message };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeHello(event: IWebSocketEvent): Decoded {
  const connectionId = (event.data as HelloData)?.connection_id ?? null;
  // It is sent back in the address, and encodeURIComponent throws for half a surrogate pair: every attempt would fail.
  const isUsable = typeof connectionId === 'string' && /^\P{Cs}{1,256}$/u.test(connectionId);
  return connectionId === null || isUsable ? { kind: 'hello', event, connectionId } : malformed('bad-hello');
}

/** Or any other JSON value: reading the property of those returns undefined. */
type HelloData = { readonly connection_id?: unknown } | null | undefined;

function decodeReply({ seq_reply: id, status, data, error }: Record<string, unknown>): Decoded {
  if (id === undefined && status === undefined) return malformed('no-event-name');
  // A server that could not read the request's number omits it. No request matches such a reply.
  if (!isSafeSeq(id)) return { kind: 'ignored' };
  if (status === 'OK') return { kind: 'reply', id, result: { status: 'ok', data } };
  const details = isRecord(error) ? error : {};
  const message = typeof details.message === 'string' ? details.message : 'no reason given';
  return { kind: 'reply', id, result: { status: 'failed', message, details } };
}

/** An integer from 0 whose successor is a safe integer too. */
function isSafeSeq(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && Number.isSafeInteger((value as number) + 1);
}

function malformed(reason: MalformedReason): Decoded {
  return { kind: 'malformed', reason };
}

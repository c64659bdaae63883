/** What is in a JSON text frame? An event, a hello, or a reply, as the envelope and Mattermost both write them. */
import type { Decoded, Frame, IWebSocketEvent, MalformedReason } from './protocol.ts';

/** Reads `{event, data, seq, broadcast?}` and `{seq_reply, status, data?, error?}`. Never throws. */
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
  // A fresh object, so that nothing else that a server put into the frame reaches the app.
  const message: IWebSocketEvent = { event, data, seq: seq ?? -1 };
  if (isRecord(broadcast)) message.broadcast = broadcast;
  return event === 'hello' ? decodeHello(message) : { kind: 'event', event: message };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeHello(event: IWebSocketEvent): Decoded {
  const connectionId = (event.data as HelloData)?.connection_id ?? null;
  // It has to fit into an address: half a surrogate pair never would, and no attempt would be made again.
  const isUsable = typeof connectionId === 'string' && /^\P{Cs}{1,256}$/u.test(connectionId);
  return connectionId === null || isUsable ? { kind: 'hello', event, connectionId } : malformed('bad-hello');
}

/** Or whatever else JSON can hold: no other value of it has a property of this name. */
type HelloData = { readonly connection_id?: unknown } | null | undefined;

function decodeReply({ seq_reply: id, status, data, error }: Record<string, unknown>): Decoded {
  if (id === undefined && status === undefined) return malformed('no-event-name');
  // A server leaves the number out when it could not read ours: nobody waits for such a reply.
  if (!isSafeSeq(id)) return { kind: 'ignored' };
  if (status === 'OK') return { kind: 'reply', id, result: { status: 'ok', data } };
  const details = isRecord(error) ? error : {};
  const message = typeof details.message === 'string' ? details.message : 'no reason given';
  return { kind: 'reply', id, result: { status: 'failed', message, details } };
}

/** A whole number from 0 that has a next one. */
function isSafeSeq(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && Number.isSafeInteger((value as number) + 1);
}

function malformed(reason: MalformedReason): Decoded {
  return { kind: 'malformed', reason };
}

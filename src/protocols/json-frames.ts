/** Decodes JSON text frames into events, hellos and replies. The envelope and Mattermost share this format. */
import type {
  Decoded,
  InboundFrame,
  IWebSocketEvent,
  MalformedReason,
  UnrecognisedReason,
} from './decoded.ts';

/** How the JSON of a protocol is read and written. */
export interface JsonOptions {
  /**
   * Reads the text of a frame. Default `JSON.parse`. Another one can keep numbers that JavaScript would round. If it
   * throws, the frame is malformed. Numbers of events and replies may be of any type that converts to a number.
   */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** Writes a message. Default `JSON.stringify`. Another one can write `bigint`. If it throws, the message is refused. */
  readonly stringify?: ((message: unknown) => string) | undefined;
}

/** The kinds that these frames can be. */
export type JsonDecoded = Extract<
  Decoded,
  { kind: 'event' | 'hello' | 'reply' | 'ignored' | 'malformed' | 'unrecognised' }
>;

/** Decodes `{event, data, seq, broadcast?, position?, channel?}` and `{seq_reply, status, data?, error?, more?, position?}`. Never throws. */
export function decodeJsonFrame(frame: InboundFrame, parse: JsonOptions['parse']): JsonDecoded {
  if (typeof frame !== 'string') return malformed('binary');
  let parsed: unknown;
  try {
    parsed = parse === undefined ? JSON.parse(frame) : parse(frame);
  } catch {
    // Only what begins like an object is meant to be a message. Other text may be a heartbeat, such as a bare "ping".
    return frame.trimStart().startsWith('{') ? malformed('not-json') : unrecognised('text');
  }
  if (!isRecord(parsed)) return unrecognised('not-an-object');
  const { event, data, broadcast, position, channel } = parsed;
  if (typeof event !== 'string' || event === '') return decodeReply(parsed);
  let seq: unknown = parsed.seq ?? null;
  if (seq !== null && !isSafeSeq(seq)) {
    seq = numberOf(seq);
    if (!isSafeSeq(seq)) return malformed('unsafe-seq');
  }
  // A new object, so that other keys of the frame do not reach the app.
  const message: IWebSocketEvent = { event, data, seq: seq ?? -1 };
  if (isRecord(broadcast)) message.broadcast = broadcast;
  if (typeof position === 'string') message.position = position;
  if (typeof channel === 'string') message.channel = channel;
  return event === 'hello' ? decodeHello(message) : { kind: 'event', event: message };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeHello(event: IWebSocketEvent): JsonDecoded {
  const connectionId = (event.data as HelloData)?.connection_id ?? null;
  const isUsable = typeof connectionId === 'string' && fitsIntoAddress(connectionId);
  return connectionId === null || isUsable ? { kind: 'hello', event, connectionId } : malformed('bad-hello');
}

/** encodeURIComponent throws for half a surrogate pair: every attempt would fail. */
export function fitsIntoAddress(text: string): boolean {
  return /^\P{Cs}{1,256}$/u.test(text);
}

/** Or any other JSON value: reading the property of those returns undefined. */
type HelloData = { readonly connection_id?: unknown } | null | undefined;

function decodeReply({
  seq_reply: ofMessage,
  status,
  data,
  error,
  more,
  position: reached,
}: Record<string, unknown>): JsonDecoded {
  if (ofMessage === undefined && status === undefined) return unrecognised('no-event-name');
  const id = numberOf(ofMessage);
  const position = typeof reached === 'string' ? { position: reached } : undefined;
  // A server that could not read the request's number omits it. No request matches such a reply.
  if (!isSafeSeq(id)) return { kind: 'ignored' };
  if (status === 'OK') {
    if (more === undefined) return { kind: 'reply', id, result: { status: 'ok', data }, ...position };
    // The last reply of a stream may have no data.
    const part = more === true ? data : (data ?? undefined);
    return { kind: 'reply', id, result: { status: 'ok', data: part }, more: more === true, ...position };
  }
  const details = isRecord(error) ? error : {};
  const message = typeof details.message === 'string' ? details.message : 'no reason given';
  return { kind: 'reply', id, result: { status: 'failed', message, details } };
}

/** Other parsers than `JSON.parse` have types of their own for numbers: `bigint`, or an object with a `valueOf`. */
function numberOf(value: unknown): unknown {
  // JSON may have a key `valueOf`.
  const isWrapped = typeof value === 'object' && typeof value?.valueOf === 'function';
  const number: unknown = isWrapped ? value.valueOf() : value;
  return typeof number === 'bigint' ? Number(number) : number;
}

/** An integer from 0 whose successor is a safe integer too. */
function isSafeSeq(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && Number.isSafeInteger((value as number) + 1);
}

function malformed(reason: MalformedReason): JsonDecoded {
  return { kind: 'malformed', reason };
}

function unrecognised(reason: UnrecognisedReason): JsonDecoded {
  return { kind: 'unrecognised', reason };
}

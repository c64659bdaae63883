/** The frames of the envelope, as the server reads and writes them. docs/protocol.md specifies them. */
import { joinsSuffix, type Progress } from './position.ts';
import type { EventEntry, SentEntry } from './space.ts';
import type { Position } from './types.ts';

/** A message or a request of a client. */
export interface ClientFrame {
  readonly event: string;
  readonly data: unknown;
  /** The number to reply with; null if the client gave none. */
  readonly seq: number | null;
  /** The channel that it is sent to. */
  readonly channel: string | undefined;
  /** Of its text. */
  readonly length: number;
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
  const { event, data, seq, channel } = parsed as Record<string, unknown>;
  if (typeof event !== 'string' || event === '') return null;
  return {
    ...{ event, data, length: text.length },
    seq: Number.isSafeInteger(seq) ? (seq as number) : null,
    channel: typeof channel === 'string' ? channel : undefined,
  };
}

/**
 * The frame of an entry, up to its position. It is the same for all sessions, so each of them adds only how many joins it has
 * had, and its number.
 */
export function entryPrefix(entry: SentEntry): string {
  const [event, data, channel] = contentOf(entry);
  const ofChannel = channel === undefined ? '' : `,"channel":${JSON.stringify(channel)}`;
  return `{"event":${JSON.stringify(event)},"data":${data}${ofChannel},"position":"${entry.position}`;
}

export function entryFrame(prefix: string, joins: number, seq: number): string {
  return `${prefix}${joinsSuffix(joins)}","seq":${seq}}`;
}

/** Name, data as JSON text, channel. */
function contentOf(entry: SentEntry): readonly [string, string, string | undefined] {
  switch (entry.kind) {
    case 'event':
      return [entry.event, entry.data, 'channel' in entry.target ? entry.target.channel : undefined];
    case 'left':
      return ['left', JSON.stringify({ reason: entry.reason }), entry.channel];
    default:
      return entry satisfies never;
  }
}

/** A past event, as it stands in the answer to a join. */
export function pastEvent({ event, data, position }: EventEntry): string {
  return `{"event":${JSON.stringify(event)},"data":${data},"position":"${position}"}`;
}

export function helloFrame(connectionId: string, position: Position): string {
  return JSON.stringify({ event: 'hello', data: { connection_id: connectionId }, position, seq: 0 });
}

export type Reply =
  | { readonly status: 'OK'; readonly data?: unknown; readonly progress?: Progress | undefined }
  /** `dataText`: as JSON. */
  | { readonly status: 'OK'; readonly dataText: string; readonly progress?: Progress }
  | { readonly status: 'FAIL'; readonly error: { readonly id: string; readonly message: string } };

export function failed(id: string, message: string): Reply {
  return { status: 'FAIL', error: { id, message } };
}

/** Throws where the data can't be written as JSON. */
export function replyFrame(seq: number, reply: Reply): string {
  if (reply.status === 'FAIL') return JSON.stringify({ seq_reply: seq, ...reply });
  const { status, progress } = reply;
  const text = 'dataText' in reply ? reply.dataText : JSON.stringify(reply.data);
  const data = text === undefined ? '' : `,"data":${text}`;
  const position = progress ? `,"position":"${progress.position}${joinsSuffix(progress.joins)}"` : '';
  return `{"seq_reply":${seq},"status":"${status}"${data}${position}}`;
}

/** Sends messages and requests: a message is sent, queued or refused, and a request always settles. */
import { describeThrown, failure, WebSocketServiceError } from '../../errors.ts';
import type { Frame, LinkCodec, OutgoingMessage } from '../../protocols/protocol.ts';
import type { RequestOptions, SendResult } from '../../register.ts';
import { isTimerMs } from '../../timer-limit.ts';
import type { Link } from '../../transport/open-socket.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Connection, Sender } from '../connection.ts';
import { cleanReply } from './clean-reply.ts';
import { createReplyStream } from './reply-stream.ts';
import { createRequestTable } from './request-table.ts';
import { createSendQueue } from './send-queue.ts';

export interface Outbox extends Sender {
  send(event: string, data?: unknown): SendResult;
  request(event: string, data?: unknown, options?: RequestOptions): Promise<unknown>;
  stream(event: string, data?: unknown, options?: RequestOptions): AsyncIterableIterator<unknown>;
}

/** `route`: where a message can be sent now. */
export function createOutbox(
  { nextId, reporter, traffic }: Pick<Connection, 'nextId' | 'reporter' | 'traffic'>,
  route: Connection['route'],
): Outbox {
  const requests = createRequestTable();
  const queue = createSendQueue((event, reason) => reporter.fail('message-dropped', { event, reason }));

  let drainTimer: ReturnType<typeof setTimeout> | undefined;

  const isFull = (link: Link): boolean => link.bufferedBytes() > MAX_BUFFERED_BYTES;

  /** A socket has no drain event, so this polls while its buffer is full. */
  const flush = (): void => {
    clearTimeout(drainTimer);
    const { link, config, codec } = route();
    if (link === undefined || config === undefined || codec === undefined) return;
    // Numbered when they are sent, so that the numbers on the wire grow.
    queue.flush((event, data) => {
      if (isFull(link)) return 'refused';
      try {
        const message = { kind: 'send', event, data, id: nextId() } as const;
        return transmit(link, encode(config, codec, message), message);
      } catch (error) {
        // It was valid when it was queued, but the protocol may have changed since.
        reporter.error(error as WebSocketServiceError);
        return 'sent';
      }
    });
    if (!queue.isEmpty()) drainTimer = setTimeout(flush, DRAIN_INTERVAL_MS);
  };

  /** Throws a typed error if the message can't be sent. No codec: only what is sure without one is checked. */
  const encode = (
    { protocol }: ResolvedConfig,
    codec: LinkCodec | undefined,
    message: OutgoingMessage,
  ): Frames => {
    const { event, data } = message;
    if (typeof event !== 'string' || event === '') throw failure('invalid-argument/message-name', {});
    const { maxSendBytes: limitBytes = Number.POSITIVE_INFINITY } = protocol;
    let frames: Frames;
    try {
      // JSON would leave these out silently.
      if (typeof data === 'function' || typeof data === 'symbol')
        throw new TypeError(`it is a ${typeof data}`);
      frames = codec?.encode(message) ?? [];
    } catch (thrown) {
      throw failure('not-serializable', { event, words: reporter.clean(describeThrown(thrown)) });
    }
    if (isFrame(frames) ? exceeds(frames, limitBytes) : frames.some((frame) => exceeds(frame, limitBytes)))
      throw failure('too-large', { event, limitBytes });
    return frames;
  };

  const transmit = (link: Link, frames: Frames, message: OutgoingMessage): 'sent' | 'refused' => {
    const result = isFrame(frames) ? link.send(frames) : sendAll(link, frames);
    const { event, data, id } = message;
    if (result === 'sent') traffic.next({ type: result, event, data, id });
    return result;
  };

  const submit = (event: string, data: unknown): SendResult => {
    // Queued messages come first: a listener of the status may send before the flush that follows the status.
    flush();
    const { link, config, codec } = route();
    const limits = config?.sendQueue;
    if (config === undefined || !(link || limits)) return 'refused';
    const canSendNow = link && queue.isEmpty() && !isFull(link);
    try {
      const message = { kind: 'send', event, data, id: canSendNow ? nextId() : 1 } as const;
      // A message that has to wait is encoded only to be checked. What keeps state must not see it twice.
      const { protocol } = config;
      const frames = encode(config, canSendNow ? codec : protocol.open ? undefined : protocol, message);
      if (canSendNow && transmit(link, frames, message) === 'sent') return 'sent';
      if (limits) {
        queue.push(event, snapshotOf(data, frames), limits);
        flush();
        return 'queued';
      }
      if (link && isFull(link)) throw sendBufferFull(event);
    } catch (error) {
      if (!(error instanceof WebSocketServiceError)) throw error;
      reporter.error(error);
    }
    return 'refused';
  };

  /** Sends a message that is replied to. Resolves with the reply, or, if there is `onPart`, after the last one. */
  const ask = async (
    kind: 'request' | 'stream',
    event: string,
    data: unknown,
    timeout: number | undefined,
    signal: AbortSignal | undefined,
    onPart?: (data: unknown) => void,
  ): Promise<unknown> => {
    if (signal?.aborted) throw failure('request-aborted', { event });
    if (timeout !== undefined && !(isTimerMs(timeout) && timeout > 0))
      throw failure('invalid-argument/request-timeout', {});
    flush();
    const { link, config, codec } = route();
    if (link === undefined || config === undefined || codec === undefined)
      throw failure('not-connected/now', { event });
    const id = nextId();
    const message = { kind, event, data, id };
    const frames = encode(config, codec, message);
    if (isFull(link)) throw sendBufferFull(event);
    const onGivenUp = (): void => cancel(link, codec, message);
    // Added before it is sent: the socket of a test may answer from inside send().
    const reply = requests.wait(
      { id, event, length: lengthOf(frames), onPart, onGivenUp },
      timeout ?? (kind === 'stream' ? Number.POSITIVE_INFINITY : config.requestTimeout),
      signal,
    );
    if (transmit(link, frames, message) === 'refused')
      requests.fail(id, failure('not-connected/now', { event }));
    return await reply;
  };

  /** Tells the server that nobody waits for the reply any more, if the protocol has words for it. */
  const cancel = (link: Link, codec: LinkCodec, message: OutgoingMessage): void => {
    try {
      const frame = codec.cancel?.(message, nextId);
      if (frame !== undefined) link.send(frame);
    } catch (thrown) {
      reporter.thrown("The protocol's cancel", thrown);
    }
  };

  return {
    flush,
    send(event, data) {
      const type = submit(event, data);
      if (type !== 'sent') traffic.next({ type, event, data, id: null });
      return type;
    },
    request: (event, data, { timeout, signal } = {}) => ask('request', event, data, timeout, signal),
    stream: (event, data, { timeout, signal } = {}) =>
      createReplyStream((onPart, over) => ask('stream', event, data, timeout, over, onPart), signal),
    settle: (id, result, more) => requests.settle(id, () => cleanReply(result, reporter.clean), more),
    linkLost(code) {
      clearTimeout(drainTimer);
      requests.rejectAll((event, isLargest) =>
        code === MESSAGE_TOO_BIG && isLargest
          ? failure('too-large', { event, limitBytes: null })
          : failure('connection-lost', {}),
      );
    },
    clearQueue: queue.clear,
  };
}

/** With more than this in the socket's buffer, the network is slower than the app, and memory would keep growing. */
const MAX_BUFFERED_BYTES = 4_194_304;

const DRAIN_INTERVAL_MS = 250;

/** RFC 6455, 7.4.1. */
const MESSAGE_TOO_BIG = 1009;

/** What a message is sent as. */
type Frames = Frame | readonly Frame[];

function isFrame(frames: Frames): frames is Frame {
  return typeof frames === 'string' || !Array.isArray(frames);
}

/** Frames that belong together: if one of them is refused, so is the message. */
function sendAll(link: Link, frames: readonly Frame[]): 'sent' | 'refused' {
  for (const frame of frames) if (link.send(frame) === 'refused') return 'refused';
  return 'sent';
}

/** Copies the data of a queued message, which the caller may change afterwards. What can't be copied is kept as it is. */
function snapshotOf(data: unknown, frames: Frames): unknown {
  try {
    if (typeof frames !== 'string') return structuredClone(data);
    const json: string | undefined = JSON.stringify(data);
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    // JSON of a writer that can do more than `JSON.stringify`, or data with functions.
    return typeof frames === 'string' ? snapshotOf(data, []) : data;
  }
}

function lengthOf(frames: Frames): number {
  if (typeof frames === 'string') return frames.length;
  return isFrame(frames) ? frames.byteLength : frames.reduce((sum, frame) => sum + lengthOf(frame), 0);
}

/** A UTF-16 unit is at most three bytes of UTF-8, so most frames need not be encoded to be measured. */
function exceeds(frame: Frame, limitBytes: number): boolean {
  if (typeof frame !== 'string') return frame.byteLength > limitBytes;
  return frame.length * 3 > limitBytes && new TextEncoder().encode(frame).length > limitBytes;
}

function sendBufferFull(event: string): WebSocketServiceError {
  return failure('send-buffer-full', { event, limitBytes: MAX_BUFFERED_BYTES });
}

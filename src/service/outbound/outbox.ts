/** Sends messages and requests: a message is sent, queued or refused, and a request always settles. */
import { describeThrown, failure, WebSocketServiceError } from '../../errors.ts';
import type { Frame, OutgoingMessage } from '../../protocols/protocol.ts';
import type { RequestOptions, SendResult } from '../../register.ts';
import { isTimerMs } from '../../timer-limit.ts';
import type { Link } from '../../transport/open-socket.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Connection, Sender } from '../connection.ts';
import { cleanReply } from './clean-reply.ts';
import { createRequestTable } from './request-table.ts';
import { createSendQueue } from './send-queue.ts';

export interface Outbox extends Sender {
  send(event: string, data?: unknown): SendResult;
  request(event: string, data?: unknown, options?: RequestOptions): Promise<unknown>;
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
    const { link, config } = route();
    if (link === undefined || config === undefined) return;
    // Numbered when they are sent, so that the numbers on the wire grow.
    queue.flush((event, data) => {
      if (isFull(link)) return 'refused';
      try {
        const id = nextId();
        return transmit(link, encode(config, event, data, id), { event, data, id });
      } catch (error) {
        // It was valid when it was queued, but the protocol may have changed since.
        reporter.error(error as WebSocketServiceError);
        return 'sent';
      }
    });
    if (!queue.isEmpty()) drainTimer = setTimeout(flush, DRAIN_INTERVAL_MS);
  };

  /** Throws a typed error if the message can't be sent. */
  const encode = ({ protocol }: ResolvedConfig, event: string, data: unknown, id: number): Frame => {
    if (typeof event !== 'string' || event === '') throw failure('invalid-argument/message-name', {});
    const { maxSendBytes: limitBytes = Number.POSITIVE_INFINITY } = protocol;
    let frame: Frame;
    try {
      // JSON would leave these out silently.
      if (typeof data === 'function' || typeof data === 'symbol')
        throw new TypeError(`it is a ${typeof data}`);
      frame = protocol.encode({ event, data, id });
    } catch (thrown) {
      throw failure('not-serializable', { event, words: reporter.clean(describeThrown(thrown)) });
    }
    if (exceeds(frame, limitBytes)) throw failure('too-large', { event, limitBytes });
    return frame;
  };

  const transmit = (link: Link, frame: Frame, message: OutgoingMessage): 'sent' | 'refused' => {
    const result = link.send(frame);
    if (result === 'sent') traffic.next({ type: result, ...message });
    return result;
  };

  const submit = (event: string, data: unknown): SendResult => {
    // Queued messages come first: a listener of the status may send before the flush that follows the status.
    flush();
    const { link, config } = route();
    const limits = config?.sendQueue;
    if (config === undefined || !(link || limits)) return 'refused';
    const canSendNow = link && queue.isEmpty() && !isFull(link);
    try {
      const id = canSendNow ? nextId() : 1;
      const frame = encode(config, event, data, id);
      if (canSendNow && transmit(link, frame, { event, data, id }) === 'sent') return 'sent';
      if (limits) {
        queue.push(event, snapshotOf(data, frame), limits);
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

  return {
    flush,
    send(event, data) {
      const type = submit(event, data);
      if (type !== 'sent') traffic.next({ type, event, data, id: null });
      return type;
    },
    async request(event, data, { timeout, signal } = {}) {
      if (signal?.aborted) throw failure('request-aborted', { event });
      if (timeout !== undefined && !(isTimerMs(timeout) && timeout > 0))
        throw failure('invalid-argument/request-timeout', {});
      flush();
      const { link, config } = route();
      if (link === undefined || config === undefined) throw failure('not-connected/now', { event });
      const id = nextId();
      const frame = encode(config, event, data, id);
      if (isFull(link)) throw sendBufferFull(event);
      // Added before it is sent: the socket of a test may answer from inside send().
      const reply = requests.wait(
        { id, event, length: lengthOf(frame) },
        timeout ?? config.requestTimeout,
        signal,
      );
      if (transmit(link, frame, { event, data, id }) === 'refused')
        requests.fail(id, failure('not-connected/now', { event }));
      return await reply;
    },
    settle: (id, result) => requests.settle(id, () => cleanReply(result, reporter.clean)),
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

/** Copies the data of a queued message, which the caller may change afterwards. Non-JSON payloads are not copied. */
function snapshotOf(data: unknown, frame: Frame): unknown {
  if (typeof frame !== 'string') return data;
  const json: string | undefined = JSON.stringify(data);
  return json === undefined ? undefined : JSON.parse(json);
}

function lengthOf(frame: Frame): number {
  return typeof frame === 'string' ? frame.length : frame.byteLength;
}

/** A UTF-16 unit is at most three bytes of UTF-8, so most frames need not be encoded to be measured. */
function exceeds(frame: Frame, limitBytes: number): boolean {
  if (typeof frame !== 'string') return frame.byteLength > limitBytes;
  return frame.length * 3 > limitBytes && new TextEncoder().encode(frame).length > limitBytes;
}

function sendBufferFull(event: string): WebSocketServiceError {
  return failure('send-buffer-full', { event, limitBytes: MAX_BUFFERED_BYTES });
}

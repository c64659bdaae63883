/** A message goes out: which way, and what comes back? Sent, queued or refused; a request always settles. */
import { describeThrown, failure, WebSocketServiceError } from '../errors.ts';
import type { Frame, OutgoingMessage } from '../protocols/protocol.ts';
import type { Channel } from '../stream/channel.ts';
import { isTimerMs } from '../timer-limit.ts';
import type { Link } from '../transport/open-socket.ts';
import type { RequestOptions, SendResult } from '../types.ts';
import { cleanReply } from './clean-reply.ts';
import type { ResolvedConfig } from './config.ts';
import type { Route, Sender } from './connection.ts';
import type { Reporter } from './reporter.ts';
import { createRequestTable } from './request-table.ts';
import { createSendQueue } from './send-queue.ts';
import type { Traffic } from './traffic.ts';

export interface Outbox extends Sender {
  send(event: string, data?: unknown): SendResult;
  request(event: string, data?: unknown, options?: RequestOptions): Promise<unknown>;
}

export function createOutbox(
  route: () => Route,
  nextId: () => number,
  reporter: Reporter,
  traffic: Channel<Traffic>,
): Outbox {
  const requests = createRequestTable();
  const queue = createSendQueue((event, reason) => reporter.fail('message-dropped', { event, reason }));

  let drain: ReturnType<typeof setTimeout> | undefined;

  const isFull = (link: Link): boolean => link.waiting() > MAX_WAITING_BYTES;

  /** No event tells that a socket's buffer has drained, so it is looked at again while something waits for that. */
  const flush = (): void => {
    clearTimeout(drain);
    const { link, config } = route();
    if (link === undefined || config === undefined) return;
    // Numbered when it goes out, so that the numbers on the wire grow.
    queue.flush((event, data) => {
      if (isFull(link)) return 'refused';
      try {
        const id = nextId();
        return transmit(link, encode(config, event, data, id), { event, data, id });
      } catch (error) {
        // Fine when it was queued, and not any more: another protocol may have come meanwhile.
        reporter.error(error as WebSocketServiceError);
        return 'sent';
      }
    });
    if (!queue.isEmpty()) drain = setTimeout(flush, DRAIN_INTERVAL_MS);
  };

  /** Throws what is wrong with the message. */
  const encode = ({ protocol }: ResolvedConfig, event: string, data: unknown, id: number): Frame => {
    if (typeof event !== 'string' || event === '') throw failure('invalid-argument/message-name', {});
    const { maxSendBytes: limitBytes = Number.POSITIVE_INFINITY } = protocol;
    let frame: Frame;
    try {
      // JSON would leave these out without a word.
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
    // What was queued is older: a listener of the status may be quicker than the flush that follows it.
    flush();
    const { link, config } = route();
    const limits = config?.sendQueue;
    if (config === undefined || !(link || limits)) return 'refused';
    const mayGo = link && queue.isEmpty() && !isFull(link);
    try {
      const id = mayGo ? nextId() : 1;
      const frame = encode(config, event, data, id);
      if (mayGo && transmit(link, frame, { event, data, id }) === 'sent') return 'sent';
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
      // Waits before it is sent: a socket of a test may answer from inside send().
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
      clearTimeout(drain);
      requests.rejectAll((event, isLargest) =>
        code === MESSAGE_TOO_BIG && isLargest
          ? failure('too-large', { event, limitBytes: null })
          : failure('connection-lost', {}),
      );
    },
    clearQueue: queue.clear,
  };
}

/** With this much waiting in the socket the network is slower than the app, and memory would grow without end. */
const MAX_WAITING_BYTES = 4_194_304;

const DRAIN_INTERVAL_MS = 250;

/** RFC 6455, 7.4.1. */
const MESSAGE_TOO_BIG = 1009;

/** As it was when it was queued: the caller may change it afterwards. What is no JSON is theirs to leave alone. */
function snapshotOf(data: unknown, frame: Frame): unknown {
  if (typeof frame !== 'string') return data;
  const json: string | undefined = JSON.stringify(data);
  return json === undefined ? undefined : JSON.parse(json);
}

function lengthOf(frame: Frame): number {
  return typeof frame === 'string' ? frame.length : frame.byteLength;
}

/** A character is at most three bytes of UTF-8, so most frames need not be encoded to know. */
function exceeds(frame: Frame, limitBytes: number): boolean {
  if (typeof frame !== 'string') return frame.byteLength > limitBytes;
  return frame.length * 3 > limitBytes && new TextEncoder().encode(frame).length > limitBytes;
}

function sendBufferFull(event: string): WebSocketServiceError {
  return failure('send-buffer-full', { event, limitBytes: MAX_WAITING_BYTES });
}

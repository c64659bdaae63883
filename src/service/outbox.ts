/** A message goes out: which way, and what comes back? Sent, queued or refused; a request always settles. */
import { describeThrown, WebSocketServiceError } from '../errors.ts';
import type { Frame } from '../protocols/protocol.ts';
import { isTimerMs, LONGEST_TIMER_MS } from '../timer-limit.ts';
import type { Link } from '../transport/open-socket.ts';
import type { RequestOptions, SendResult } from '../types.ts';
import type { ResolvedConfig } from './config.ts';
import type { Redactor } from './redactor.ts';
import type { Reporter } from './reporter.ts';
import { aborted, type RequestTable } from './request-table.ts';
import { createSendQueue, type DropReason } from './send-queue.ts';

/** Where a message can go right now. */
export type Route =
  | { readonly kind: 'link'; readonly link: Link; readonly config: ResolvedConfig }
  | { readonly kind: 'down'; readonly config: ResolvedConfig }
  | { readonly kind: 'stopped' };

export interface OutboxParts {
  readonly route: () => Route;
  readonly requests: RequestTable;
  readonly redactor: Redactor;
  readonly reporter: Reporter;
}

export interface Outbox {
  send(event: string, data?: unknown): SendResult;
  request(event: string, data?: unknown, options?: RequestOptions): Promise<unknown>;
  /** The next outgoing id. They grow for the service's life, so that no reply can find the wrong request. */
  nextId(): number;
  /** Sends what was queued. */
  flush(): void;
  /** No reply will come over the link that is gone. `code`: how it was closed. */
  linkLost(code: number | null): void;
  /** What was queued will not be sent. */
  clearQueue(): void;
}

export function createOutbox({ route, requests, redactor, reporter }: OutboxParts): Outbox {
  let lastId = 0;

  const nextId = (): number => {
    lastId += 1;
    return lastId;
  };

  const queue = createSendQueue((event, reason) => reporter.error(notSent(event, reason)));

  /** Fine when it was queued, and not any more: another protocol may have come meanwhile. */
  const drop = (error: WebSocketServiceError): 'sent' => {
    reporter.error(error);
    return 'sent';
  };

  let drain: ReturnType<typeof setTimeout> | undefined;

  const isFull = (link: Link): boolean => link.waiting() > MAX_WAITING_BYTES;

  /** No event tells that a socket's buffer has drained, so it is looked at again while something waits for that. */
  const flush = (): void => {
    clearTimeout(drain);
    const way = route();
    if (way.kind !== 'link') return;
    // Numbered when it goes out, so that the numbers on the wire grow.
    queue.flush((event, data) => {
      if (isFull(way.link)) return 'refused';
      const encoded = encode(way.config, event, data, nextId());
      return encoded instanceof WebSocketServiceError ? drop(encoded) : way.link.send(encoded.frame);
    });
    if (!queue.isEmpty()) drain = setTimeout(flush, DRAIN_INTERVAL_MS);
  };

  /** Returns the frame, or what is wrong with the message. */
  const encode = (
    { protocol }: ResolvedConfig,
    event: string,
    data: unknown,
    id: number,
  ): { readonly frame: Frame } | WebSocketServiceError => {
    if (typeof event !== 'string' || event === '') return nameless();
    try {
      // JSON would leave these out without a word.
      if (typeof data === 'function' || typeof data === 'symbol')
        throw new TypeError(`it is a ${typeof data}`);
      const frame = protocol.encode({ event, data, id });
      const limit = protocol.maxSendBytes ?? Number.POSITIVE_INFINITY;
      return exceeds(frame, limit) ? tooLarge(event, limit) : { frame };
    } catch (thrown) {
      return unserializable(event, redactor.clean(describeThrown(thrown)));
    }
  };

  return {
    nextId,
    flush,
    send(event, data) {
      const way = route();
      if (way.kind === 'stopped') return 'refused';
      const limits = way.config.sendQueue;
      if (way.kind === 'down' && limits === null) return 'refused';
      // What was queued is older: a listener of the status may be quicker than the flush that follows it.
      flush();
      const mayGo = way.kind === 'link' && queue.isEmpty() && !isFull(way.link);
      const encoded = encode(way.config, event, data, mayGo ? nextId() : lastId + 1);
      if (encoded instanceof WebSocketServiceError) {
        reporter.error(encoded);
        return 'refused';
      }
      if (mayGo && way.link.send(encoded.frame) === 'sent') return 'sent';
      if (limits !== null) {
        queue.push(event, snapshotOf(data, encoded.frame), limits);
        flush();
        return 'queued';
      }
      if (way.kind === 'link' && isFull(way.link)) reporter.error(sendBufferFull(event));
      return 'refused';
    },
    async request(event, data, { timeout, signal } = {}) {
      if (signal?.aborted) throw aborted(event);
      if (timeout !== undefined && !(isTimerMs(timeout) && timeout > 0)) throw badTimeout();
      const way = route();
      if (way.kind !== 'link') throw notConnected(event);
      flush();
      const id = nextId();
      const encoded = encode(way.config, event, data, id);
      if (encoded instanceof WebSocketServiceError) throw encoded;
      if (isFull(way.link)) throw sendBufferFull(event);
      // Waits before it is sent: a socket of a test may answer from inside send().
      const asked = { id, event, length: lengthOf(encoded.frame) };
      const reply = requests.wait(asked, timeout ?? way.config.requestTimeout, signal);
      if (way.link.send(encoded.frame) === 'refused') requests.fail(id, notConnected(event));
      return await reply;
    },
    linkLost(code) {
      clearTimeout(drain);
      requests.rejectAll(({ event }, size) =>
        code === MESSAGE_TOO_BIG && size === 'largest' ? tooLarge(event, null) : connectionLost(),
      );
    },
    clearQueue: () => queue.clear(),
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

const dropWords: Readonly<Record<DropReason, string>> = {
  full: 'the queue was full, and it was the oldest in it',
  expired: 'the link stayed down for longer than its lifetime (sendQueue.ttl)',
  disconnected: 'the connection it waited for was given up or closed',
};

function notSent(event: string, reason: DropReason): WebSocketServiceError {
  return new WebSocketServiceError(
    'message-dropped',
    `The queued "${event}" was not sent: ${dropWords[reason]}.`,
    {
      details: { event, reason },
    },
  );
}

function nameless(): WebSocketServiceError {
  return new WebSocketServiceError('invalid-argument', 'A message needs a name: a string that is not empty.');
}

function badTimeout(): WebSocketServiceError {
  return new WebSocketServiceError(
    'invalid-argument',
    `The timeout of a request must be a number of milliseconds from 1 to ${LONGEST_TIMER_MS}.`,
  );
}

function unserializable(event: string, words: string): WebSocketServiceError {
  return new WebSocketServiceError(
    'not-serializable',
    `The data of "${event}" can't be sent: ${words}. Send only what JSON can hold.`,
    { details: { event } },
  );
}

/** `limitBytes`: null where the server has said no more than that it was too much. */
function tooLarge(event: string, limitBytes: number | null): WebSocketServiceError {
  return new WebSocketServiceError(
    'too-large',
    limitBytes === null
      ? `The server closed the connection over a message that was too large, probably "${event}". Send less, or in parts.`
      : `"${event}" was not sent: the server takes at most ${limitBytes} bytes in one message. Send less, or in parts.`,
    { details: { event, limitBytes } },
  );
}

function sendBufferFull(event: string): WebSocketServiceError {
  return new WebSocketServiceError(
    'send-buffer-full',
    `"${event}" was not sent: ${MAX_WAITING_BYTES} bytes are still waiting to leave. Send less, or less often.`,
    { details: { event, limitBytes: MAX_WAITING_BYTES } },
  );
}

function notConnected(event: string): WebSocketServiceError {
  return new WebSocketServiceError(
    'not-connected',
    `"${event}" was not sent, because there is no connection. Wait until the status is 'connected'.`,
    { details: { event } },
  );
}

function connectionLost(): WebSocketServiceError {
  return new WebSocketServiceError(
    'connection-lost',
    'The connection was lost before the reply came. The server may have acted on the request all the same.',
  );
}

/** Sends messages and requests: a message is sent, queued or refused, and a request always settles. */
import { failure, WebSocketServiceError } from '../../errors.ts';
import type { Frame, LinkCodec, OutgoingMessage, Protocol } from '../../protocols/protocol.ts';
import type { RequestOptions, SendResult } from '../../register.ts';
import { isTimerMs } from '../../timer-limit.ts';
import type { Link } from '../../transport/open-socket.ts';
import type { Connection, Sender } from '../connection.ts';
import { cleanReply } from './clean-reply.ts';
import { copyData } from './copy-data.ts';
import { encodeMessage, lengthOf, sendFrames } from './outgoing-frames.ts';
import { createReplyStream } from './reply-stream.ts';
import { createRequestTable, type PendingRequest } from './request-table.ts';
import { type OutgoingConfig, type Route, routeOf } from './route.ts';
import { createSendQueue, type Flushed, type Queued, type QueuedRequest } from './send-queue.ts';
import { createWaits, type WaitOptions } from './waits.ts';

export interface Outbox extends Sender {
  send(event: string, data?: unknown): SendResult;
  request(event: string, data?: unknown, options?: RequestOptions): Promise<unknown>;
  stream(event: string, data?: unknown, options?: RequestOptions): AsyncIterableIterator<unknown>;
  whenConnected(options?: WaitOptions & { timeout?: number | undefined }): Promise<void>;
  drained(options?: WaitOptions): Promise<void>;
}

export function createOutbox(connection: Connection): Outbox {
  const { nextId, reporter, traffic, stateStore, holds, hasCommands, runInTurn, plugs } = connection;
  const route = (): Route => routeOf(connection);
  const requests = createRequestTable();
  const queue = createSendQueue((event, reason) => reporter.fail('message-dropped', { event, reason }));
  const waits = createWaits();
  /** How often a queue that was not empty was dropped. */
  let dropped = 0;

  const held: (() => void)[] = [];

  const releaseHeld = (): void => {
    // A task stays in the list while it runs, so that what it causes comes after the others.
    for (; held.length > 0; held.shift()) {
      if (hasCommands()) return runInTurn(releaseHeld);
      held[0]?.();
    }
  };

  /** Whether a command is pending, or something that was said after one. */
  const isHeld = (): boolean => {
    // The config of a provider whose effect has not run is a command too.
    route();
    return held.length > 0 || hasCommands();
  };

  /**
   * Runs a task now, or after the commands that have not run yet: one may close the link, or ask for one. Tasks that wait
   * keep their order, though more commands come meanwhile.
   */
  const afterCommands = (task: () => void): void => {
    if (!isHeld()) return task();
    if (held.push(task) === 1) runInTurn(releaseHeld);
  };

  const commandsDone = (): Promise<void> => new Promise(afterCommands);

  const checkWaits = (): void => {
    if (!waits.isEmpty()) afterCommands(waits.checkAll);
  };

  let drainTimer: ReturnType<typeof setTimeout> | undefined;

  const isFull = (link: Link): boolean => link.bufferedBytes() > MAX_BUFFERED_BYTES;

  /** A socket has no drain event, so this polls while its buffer is full, and more often while somebody waits for it. */
  const flush = (): void => {
    clearTimeout(drainTimer);
    const { link, config, codec } = route();
    if (link === undefined || config === undefined || codec === undefined) return;
    // Numbered when they are sent, so that the numbers on the wire grow.
    if (!queue.isEmpty() && !awaitsJoins())
      queue.flush((waiting) => (isFull(link) ? 'refused' : sendQueued(link, config, codec, waiting)));
    checkWaits();
    if (!waits.isEmpty()) drainTimer = setTimeout(flush, DRAIN_POLL_MS);
    else if (!queue.isEmpty()) drainTimer = setTimeout(flush, DRAIN_INTERVAL_MS);
  };

  /** In a new session, channels are joined before what was queued is sent. */
  const awaitsJoins = (): boolean => !queue.isEmpty() && plugs.channels?.holdsQueue() === true;

  const sendQueued = (link: Link, config: OutgoingConfig, codec: LinkCodec, waiting: Queued): Flushed => {
    if ('send' in waiting) return waiting.send();
    try {
      const { event, data, channel } = waiting;
      const message = { kind: 'send', event, data, id: nextId(), channel } as const;
      return transmit(link, encode(config, codec, message), message) === 'sent' ? 'done' : 'refused';
    } catch (error) {
      // It was valid when it was queued, but the protocol may have changed since, or the socket does not take it.
      reporter.error(error as WebSocketServiceError);
      return 'done';
    }
  };

  const encode = (
    { protocol }: OutgoingConfig,
    codec: LinkCodec | undefined,
    message: OutgoingMessage,
  ): readonly Frame[] => encodeMessage(protocol, codec, message, reporter.clean);

  /** Throws a typed error if the message must not be sent again. */
  const transmit = (link: Link, frames: readonly Frame[], message: OutgoingMessage): 'sent' | 'refused' => {
    const { event, data, id, channel } = message;
    const result = sendFrames(link, frames, event, reporter.clean);
    if (result === 'sent') traffic.next({ type: result, event, data, id, channel });
    return result;
  };

  /** Checks a message that has to wait, and copies its data. No protocol: it is not known yet. */
  const copyOf = (content: Content<OutgoingMessage['kind']>, protocol?: Protocol): unknown =>
    copyData(content.event, content.data, (data) =>
      encodeMessage(
        protocol ?? {},
        protocol && checkerOf(protocol),
        { ...content, data, id: 1 },
        reporter.clean,
      ),
    );

  const submit = (content: Content<'send'>): SendResult => {
    try {
      return isHeld() ? submitLater(content) : submitNow(content);
    } catch (error) {
      if (!(error instanceof WebSocketServiceError)) throw error;
      reporter.error(error);
      return 'refused';
    }
  };

  /** A command is pending, such as a `connect()` in the same handler: the message is for the connection that it opens. */
  const submitLater = (content: Content<'send'>): SendResult => {
    if (!holds.config()?.sendQueue) return 'refused';
    const data = copyOf(content);
    afterCommands(() => {
      try {
        if (submitNow({ ...content, data }) !== 'refused') return;
        reporter.fail('message-dropped', { event: content.event, reason: 'disconnected' });
      } catch (error) {
        reporter.error(error as WebSocketServiceError);
      }
    });
    return 'queued';
  };

  const submitNow = (content: Content<'send'>): SendResult => {
    // Queued messages come first: a listener of the status may send before the flush that follows the status.
    flush();
    const { link, config, codec } = route();
    const limits = config?.sendQueue;
    if (config === undefined || !(link || limits)) return 'refused';
    // Without a send queue, only requests wait for joins.
    const isNext = queue.isEmpty() || (!limits && awaitsJoins());
    if (link && isNext && !isFull(link)) {
      const numbered = { ...content, id: nextId() };
      if (transmit(link, encode(config, codec, numbered), numbered) === 'sent') return 'sent';
    }
    // Over a slow link, dropping the oldest one would leave a hole behind what was queued.
    if (limits && !(link && queue.holds(limits.limit))) {
      queue.push({ ...content, data: copyOf(content, config.protocol) }, limits);
      flush();
      return 'queued';
    }
    if (link && isFull(link)) throw sendBufferFull(content.event);
    return 'refused';
  };

  /** Sends a message that is replied to. Resolves with the reply, or, if there is `onPart`, after the last one. */
  const ask = (
    content: Content<AskKind>,
    options: RequestOptions,
    onPart?: (data: unknown) => void,
  ): Promise<unknown> =>
    new Promise((resolve) => {
      const given = isHeld() ? { ...content, data: copyOf(content) } : content;
      afterCommands(() => resolve(askNow(given, options, onPart)));
    });

  const askNow = async (
    content: Content<AskKind>,
    { timeout, signal }: RequestOptions,
    onPart?: (data: unknown) => void,
  ): Promise<unknown> => {
    const { kind, event } = content;
    if (signal?.aborted) throw failure('request-aborted', { event });
    if (timeout !== undefined && !(isTimerMs(timeout) && timeout > 0))
      throw failure('invalid-argument/request-timeout', {});
    flush();
    const { link, config } = route();
    if (config === undefined) throw failure('not-connected/now', { event });
    if (link && isFull(link) && !config.sendQueue) throw sendBufferFull(event);
    let waiting: QueuedRequest | undefined;
    const onSettled = (): void => {
      if (waiting) queue.remove(waiting);
    };
    const pending = requests.open(
      { event, onPart, onSettled },
      timeout ?? (kind === 'stream' ? Number.POSITIVE_INFINITY : config.requestTimeout),
      signal,
    );
    const canSendNow = link && queue.isEmpty() && !isFull(link);
    if (canSendNow && sendRequest(pending, content) === 'done') return await pending.reply;
    try {
      waiting = enqueueRequest(pending, { ...content, data: copyOf(content, config.protocol) });
    } catch (error) {
      pending.fail(error as WebSocketServiceError);
    }
    flush();
    return await pending.reply;
  };

  /** Sends a request over the link that there is now. `done`: it was sent, or was rejected for good. `refused`: there is no link. */
  const sendRequest = (pending: PendingRequest, content: Content<AskKind>): Flushed => {
    const { link, config, codec } = route();
    if (link === undefined || config === undefined || codec === undefined) return 'refused';
    try {
      const message = { ...content, id: nextId() };
      const frames = encode(config, codec, message);
      const onGivenUp = (): void => cancel(link, codec, message);
      pending.sending({ id: message.id, length: lengthOf(frames), onGivenUp });
      if (transmit(link, frames, message) === 'sent') return 'done';
      pending.notSent();
      return 'refused';
    } catch (error) {
      pending.fail(error as WebSocketServiceError);
      return 'done';
    }
  };

  const enqueueRequest = (pending: PendingRequest, content: Content<AskKind>): QueuedRequest => {
    const { event, data, channel } = content;
    const waiting = {
      ...{ event, data },
      send: () => sendRequest(pending, content),
      drop: () => pending.fail(failure('not-connected/now', { event })),
    };
    queue.add(waiting);
    traffic.next({ type: 'queued', event, data, id: null, channel });
    return waiting;
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

  const notWanted = (): WebSocketServiceError => {
    const { error } = stateStore.getState();
    return failure('not-connected/unwanted', {}, error === null ? {} : { cause: error });
  };

  const send = (content: Content<'send'>): SendResult => {
    const type = submit(content);
    const { event, data, channel } = content;
    if (type !== 'sent') traffic.next({ type, event, data, id: null, channel });
    return type;
  };

  return {
    flush,
    send: (event, data) => send({ kind: 'send', event, data }),
    sendTo: (channel, event, data) => send({ kind: 'send', event, data, channel }),
    request: (event, data, options) => ask({ kind: 'request', event, data }, options ?? {}),
    requestTo: (channel, event, data, options) =>
      ask({ kind: 'request', event, data, channel }, options ?? {}),
    stream: (event, data, options) => {
      const { timeout, signal } = options ?? {};
      return createReplyStream(
        (onPart, over) => ask({ kind: 'stream', event, data }, { timeout, signal: over }, onPart),
        signal,
      );
    },
    async whenConnected(options) {
      if (isHeld()) await commandsDone();
      await waits.until(() => {
        const { link, config } = route();
        if (link) return 'done';
        return config ? 'waiting' : notWanted();
      }, options ?? {});
    },
    async drained(options) {
      if (isHeld()) await commandsDone();
      const before = dropped;
      let filled: Link | undefined;
      const isDrained = (): 'done' | 'waiting' | WebSocketServiceError => {
        const { link } = route();
        if (dropped !== before) return notWanted();
        // What was in the buffer of a link that is gone may have been sent, or not.
        if (filled && filled !== link) return failure('connection-lost/undrained', {});
        const isEmpty = link === undefined || link.bufferedBytes() === 0;
        if (!isEmpty) filled = link;
        return isEmpty && queue.isEmpty() ? 'done' : 'waiting';
      };
      const waiting = waits.until(isDrained, { signal: options?.signal });
      // Starts to poll.
      flush();
      await waiting;
    },
    copyData,
    settle: (id, result, more) => requests.settle(id, () => cleanReply(result, reporter.clean), more),
    linkLost(code) {
      clearTimeout(drainTimer);
      requests.rejectAll((event, isLargest) =>
        code === MESSAGE_TOO_BIG && isLargest
          ? failure('too-large', { event, limitBytes: null })
          : failure('connection-lost', {}),
      );
      checkWaits();
    },
    clearQueue() {
      if (!queue.isEmpty()) dropped += 1;
      queue.clear();
      checkWaits();
    },
  };
}

type AskKind = 'request' | 'stream';

/** A message without its number. */
type Content<Kind extends OutgoingMessage['kind']> = Omit<OutgoingMessage, 'kind' | 'id'> & {
  readonly kind: Kind;
};

/** With more than this in the socket's buffer, the network is slower than the app, and memory would keep growing. */
const MAX_BUFFERED_BYTES = 4_194_304;

const DRAIN_INTERVAL_MS = 250;

/** While `drained()` waits. */
const DRAIN_POLL_MS = 10;

/** RFC 6455, 7.4.1. */
const MESSAGE_TOO_BIG = 1009;

/** A message that has to wait is encoded only to be checked. What keeps state must not see it twice. */
function checkerOf(protocol: Protocol): LinkCodec | undefined {
  return protocol.open ? undefined : protocol;
}

function sendBufferFull(event: string): WebSocketServiceError {
  return failure('send-buffer-full', { event, limitBytes: MAX_BUFFERED_BYTES });
}

/**
 * What waits to be sent, in order: messages, at most so many and each for a limited time, and requests, which have timeouts
 * of their own.
 */

export type DropReason = 'full' | 'expired' | 'disconnected';

/** What became of something that waited. `done`: it was sent, or has failed for good. `refused`: not now. */
export type Flushed = 'done' | 'refused';

export interface SendQueue {
  /** Enqueues a message. Drops the oldest one if there are more than `limit`. */
  push(
    message: Omit<QueuedMessage, 'expiresAt'>,
    limits: { readonly limit: number; readonly ttl: number },
  ): void;
  /** Enqueues a request. It stays until it is sent or removed. */
  add(request: QueuedRequest): void;
  remove(request: QueuedRequest): void;
  /** Sends what waits, in order, until something is refused. The rest stays queued. */
  flush(send: (waiting: Queued) => Flushed): void;
  isEmpty(): boolean;
  /** Whether there are as many messages as this. */
  holds(messages: number): boolean;
  /** Drops everything. */
  clear(): void;
}

export interface QueuedMessage {
  readonly event: string;
  readonly data: unknown;
  readonly channel?: string | undefined;
  /** By two clocks: the date may be set back, and the uptime clock may stand still while the machine sleeps. */
  readonly expiresAt: { readonly date: number; readonly uptime: number };
}

export interface QueuedRequest {
  readonly event: string;
  readonly data: unknown;
  /** Passes it to the link; throws nothing. */
  readonly send: () => Flushed;
  /** It will not be sent. */
  readonly drop: () => void;
}

export type Queued = QueuedMessage | QueuedRequest;

/** `onDropped` is called once for each message that will not be sent, after the queue is consistent again. */
export function createSendQueue(onDropped: (event: string, reason: DropReason) => void): SendQueue {
  const queue = new Set<Queued>();
  /** Those of them that are messages. */
  const messages = new Set<QueuedMessage>();
  let isBusy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const remove = (waiting: Queued): void => {
    queue.delete(waiting);
    if ('expiresAt' in waiting) messages.delete(waiting);
  };

  const drop = (message: QueuedMessage, reason: DropReason): void => {
    remove(message);
    onDropped(message.event, reason);
  };

  const dropExpired = (): void => {
    // A callback of a drop may send again. What else has expired is dropped in its turn.
    if (isBusy) return;
    isBusy = true;
    for (const message of messages) {
      if (!isExpired(message)) break;
      drop(message, 'expired');
    }
    isBusy = false;
    clearTimeout(timer);
    const [first] = messages;
    // Also set again after a timer that fired a little early.
    // Timers cut fractions off, and would run again and again within the last millisecond.
    if (first) timer = setTimeout(dropExpired, Math.ceil(first.expiresAt.uptime - performance.now()));
  };

  return {
    push(given, { limit, ttl }) {
      const expiresAt = { date: Date.now() + ttl, uptime: performance.now() + ttl };
      const message = { ...given, expiresAt };
      queue.add(message);
      messages.add(message);
      dropExpired();
      // More than one, if the limit is lower than it was.
      for (const oldest of messages) if (messages.size > limit) drop(oldest, 'full');
    },
    add: (request) => void queue.add(request),
    remove,
    flush(send) {
      // A callback of this loop may send again. Its message is enqueued, and is sent in its turn.
      if (isBusy) return;
      isBusy = true;
      for (const waiting of queue) {
        if ('expiresAt' in waiting && isExpired(waiting)) drop(waiting, 'expired');
        else if (send(waiting) === 'done') remove(waiting);
        else break;
      }
      isBusy = false;
      dropExpired();
    },
    isEmpty: () => queue.size === 0,
    holds: (count) => messages.size >= count,
    clear() {
      const lost = [...queue];
      queue.clear();
      messages.clear();
      clearTimeout(timer);
      for (const waiting of lost) {
        if ('expiresAt' in waiting) onDropped(waiting.event, 'disconnected');
        else waiting.drop();
      }
    },
  };
}

function isExpired({ expiresAt }: QueuedMessage): boolean {
  return Date.now() >= expiresAt.date || performance.now() >= expiresAt.uptime;
}

/** A bounded queue of messages that are sent while the link is down. Each message has a lifetime. */

export type DropReason = 'full' | 'expired' | 'disconnected';

export interface SendQueue {
  /** Enqueues a message. Drops the oldest one if the queue is full. */
  push(event: string, data: unknown, limits: { readonly limit: number; readonly ttl: number }): void;
  /** Sends the messages that have not expired, in order, until one is refused. The rest stays queued. */
  flush(send: (event: string, data: unknown) => 'sent' | 'refused'): void;
  isEmpty(): boolean;
  clear(): void;
}

interface Queued {
  readonly event: string;
  readonly data: unknown;
  /** By two clocks: the date may be set back, and the uptime clock may stand still while the machine sleeps. */
  readonly expiresAt: { readonly date: number; readonly uptime: number };
}

/** `onDropped` is called once for each message that will not be sent, after the queue is consistent again. */
export function createSendQueue(onDropped: (event: string, reason: DropReason) => void): SendQueue {
  const queue = new Set<Queued>();
  let isFlushing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const drop = (message: Queued, reason: DropReason): void => {
    queue.delete(message);
    onDropped(message.event, reason);
  };

  const flush: SendQueue['flush'] = (send) => {
    // A callback of this loop may send again. Its message is enqueued, and is sent in its turn.
    if (isFlushing) return;
    isFlushing = true;
    for (const message of queue) {
      if (isExpired(message)) drop(message, 'expired');
      else if (send(message.event, message.data) === 'sent') queue.delete(message);
      else break;
    }
    isFlushing = false;
    clearTimeout(timer);
    const [first] = queue;
    // Also set again after a timer that fired a little early.
    if (first) timer = setTimeout(flush, first.expiresAt.uptime - performance.now(), () => 'refused');
  };

  return {
    push(event, data, { limit, ttl }) {
      queue.add({ event, data, expiresAt: { date: Date.now() + ttl, uptime: performance.now() + ttl } });
      flush(() => 'refused');
      // More than one, if the limit is lower than it was.
      for (const oldest of queue) if (queue.size > limit) drop(oldest, 'full');
    },
    flush,
    isEmpty: () => queue.size === 0,
    clear() {
      const lost = [...queue];
      queue.clear();
      clearTimeout(timer);
      for (const { event } of lost) onDropped(event, 'disconnected');
    },
  };
}

function isExpired({ expiresAt }: Queued): boolean {
  return Date.now() >= expiresAt.date || performance.now() >= expiresAt.uptime;
}

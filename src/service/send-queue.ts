/** What was sent while the link was down? A bounded line of messages, each with a lifetime. */

export type DropReason = 'full' | 'expired' | 'disconnected';

export interface SendQueue {
  /** Takes the message; the oldest makes room when the line is full. */
  push(event: string, data: unknown, limits: { readonly limit: number; readonly ttl: number }): void;
  /** Sends what is still fresh, in order, until one is refused; what is left waits on. */
  flush(send: (event: string, data: unknown) => 'sent' | 'refused'): void;
  isEmpty(): boolean;
  clear(): void;
}

interface Queued {
  readonly event: string;
  readonly data: unknown;
  /** By both clocks: the date may be set back, and the other one may stand still while the machine sleeps. */
  readonly overAt: { readonly date: number; readonly uptime: number };
}

/** Everything that is not sent is reported, as soon as it is known; and only when the line is in order again. */
export function createSendQueue(onDropped: (event: string, reason: DropReason) => void): SendQueue {
  const line = new Set<Queued>();
  let isFlushing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const drop = (message: Queued, reason: DropReason): void => {
    line.delete(message);
    onDropped(message.event, reason);
  };

  const flush: SendQueue['flush'] = (send) => {
    // Whoever hears of something that is sent or dropped may send, too: that goes into the line, and out in its turn.
    if (isFlushing) return;
    isFlushing = true;
    for (const message of line) {
      if (isOver(message)) drop(message, 'expired');
      else if (send(message.event, message.data) === 'sent') line.delete(message);
      else break;
    }
    isFlushing = false;
    clearTimeout(timer);
    const [first] = line;
    // Also after a timer that was a little early.
    if (first) timer = setTimeout(flush, first.overAt.uptime - performance.now(), () => 'refused');
  };

  return {
    push(event, data, { limit, ttl }) {
      line.add({ event, data, overAt: { date: Date.now() + ttl, uptime: performance.now() + ttl } });
      flush(() => 'refused');
      const [oldest] = line;
      if (oldest && line.size > limit) drop(oldest, 'full');
    },
    flush,
    isEmpty: () => line.size === 0,
    clear() {
      const lost = [...line];
      line.clear();
      clearTimeout(timer);
      for (const { event } of lost) onDropped(event, 'disconnected');
    },
  };
}

function isOver({ overAt }: Queued): boolean {
  return Date.now() >= overAt.date || performance.now() >= overAt.uptime;
}

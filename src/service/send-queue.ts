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
  readonly expiresAt: Moment;
}

/** By both clocks: the date may be set back, and the other one may stand still while the machine sleeps. */
interface Moment {
  readonly date: number;
  readonly uptime: number;
}

const never: Moment = { date: Number.POSITIVE_INFINITY, uptime: Number.POSITIVE_INFINITY };

/** Everything that is not sent is reported, as soon as it is known; and only when the line is in order again. */
export function createSendQueue(onDropped: (event: string, reason: DropReason) => void): SendQueue {
  let line: Queued[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = never;

  const report = (dropped: readonly Queued[], reason: DropReason): void => {
    for (const { event } of dropped) onDropped(event, reason);
  };

  /** One timer, for whatever expires first. */
  const expireAt = (moment: Moment): void => {
    clearTimeout(timer);
    dueAt = moment;
    if (moment === never) return;
    const now = currentMoment();
    const leftMs = Math.min(moment.date - now.date, moment.uptime - now.uptime);
    timer = setTimeout(() => report(sweep(), 'expired'), Math.max(leftMs, 0));
  };

  const keep = (rest: Queued[]): void => {
    line = rest;
    expireAt(rest.reduce((earliest, { expiresAt }) => earlier(earliest, expiresAt), never));
  };

  /** Also for a timer that was a little early: what is not over yet is waited for again. */
  const sweep = (): readonly Queued[] => {
    const now = currentMoment();
    const expired = line.filter(({ expiresAt }) => isOver(expiresAt, now));
    keep(line.filter(({ expiresAt }) => !isOver(expiresAt, now)));
    return expired;
  };

  const takeExpired = (): readonly Queued[] => (isOver(dueAt, currentMoment()) ? sweep() : []);

  return {
    push(event, data, { limit, ttl }) {
      const expired = takeExpired();
      const full = line.length >= limit ? line.splice(0, 1) : [];
      const now = currentMoment();
      const expiresAt = { date: now.date + ttl, uptime: now.uptime + ttl };
      line.push({ event, data, expiresAt });
      if (dueAt === never || expiresAt.uptime < dueAt.uptime) expireAt(expiresAt);
      report(expired, 'expired');
      report(full, 'full');
    },
    flush(send) {
      if (line.length === 0) return;
      const expired = takeExpired();
      const refused = line.findIndex(({ event, data }) => send(event, data) === 'refused');
      keep(refused === -1 ? [] : line.slice(refused));
      report(expired, 'expired');
    },
    isEmpty: () => line.length === 0,
    clear() {
      const lost = line;
      keep([]);
      report(lost, 'disconnected');
    },
  };
}

function currentMoment(): Moment {
  return { date: Date.now(), uptime: performance.now() };
}

function isOver(moment: Moment, now: Moment): boolean {
  return moment.date <= now.date || moment.uptime <= now.uptime;
}

function earlier(one: Moment, other: Moment): Moment {
  return other.uptime < one.uptime ? other : one;
}

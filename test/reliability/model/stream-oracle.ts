/**
 * Checks that every event came once and in order, and that every loss was notified once. Compares the model server's
 * truth with what a subscriber saw: within a session no gaps; between two sessions exactly one notice.
 */
import type { IWebSocketEvent, MissedEvents, WebSocketService } from 'everwire/core';
import type { Setup } from './commands.ts';
import type { Totals } from './figures.ts';
import type { ModelServer, Session, Stamp } from './model-server.ts';

export interface StreamOracle {
  /** Every accepted event, in order. */
  readonly accepted: readonly IWebSocketEvent[];
  /** The last one that the server really sent. */
  readonly last: Stamp | null;
  readonly lastSeq: number;
  /** The number of emissions that were delivered. */
  readonly delivered: number;
  /** The number of notices since the last event. */
  readonly pending: number;
  onAccepted(event: IWebSocketEvent): void;
  notice(notice: MissedEvents): void;
  linkOpened(): void;
  /** An event has come over the current link. It may be held, or not be accepted. */
  arrived(event: IWebSocketEvent): void;
  subscribe(
    service: WebSocketService,
    to: readonly string[] | null,
    handle: (event: IWebSocketEvent, count: number) => void,
  ): void;
  /** `in flight`: while an event may be on its way to the subscriber, which then need not receive it. */
  unsubscribe(which: number, when: 'in flight' | 'at rest'): void;
  /** Each subscriber received what was due since it subscribed. */
  checkSubscribers(): void;
}

export interface StreamOracleParts {
  readonly setup: Setup;
  readonly server: ModelServer;
  readonly totals: Totals;
  readonly violate: (rule: string, words: string) => void;
  /** Whether events of this user are meant for the user who is signed in. */
  readonly isDue: (user: string) => boolean;
}

interface Subscriber {
  readonly to: readonly string[] | null;
  readonly from: number;
  readonly got: IWebSocketEvent[];
  readonly stop: () => void;
}

/** After so many gaps with no event between them, what is missing is told, and not asked for any more. */
const GAPS_TO_ACCEPT = 3;

export function createStreamOracle({
  setup,
  server,
  totals,
  violate,
  isDue,
}: StreamOracleParts): StreamOracle {
  const accepted: IWebSocketEvent[] = [];
  const subscribers = new Set<Subscriber>();
  const seen = new Set<string>();
  const deliveredUids = new Set<number>();
  let last: Stamp | null = null;
  let lastSeq = -1;
  let notices: MissedEvents[] = [];
  let linksOpened = 0;
  let linksAtLast = 0;
  let firstSession: Session | null = null;
  let reached: Stamp | null = null;
  let gapsInARow = 0;
  /** What may follow a notice `gap`, by session and place. */
  const acceptedGaps = new Set<string>();

  const onAccepted = (event: IWebSocketEvent): void => {
    accepted.push(event);
    const stamp = stampOf(event);
    if (stamp === null) {
      if (event.event === 'ghost') violate('S2', 'an event of a detached socket was delivered');
      else if (event.seq !== -1) violate('S17', `an event that is not the server's has number ${event.seq}`);
      return;
    }
    const key = `${stamp.sid} ${stamp.k}`;
    if (seen.has(key)) {
      totals.events.duplicated += 1;
      violate('S3', `${key} was delivered twice`);
    }
    seen.add(key);
    if (!isDue(stamp.user)) violate('S5', `an event of ${stamp.user} was delivered to someone else`);
    checkEvent(stamp, event);
    last = stamp;
    lastSeq = event.seq;
    notices = [];
    linksAtLast = linksOpened;
    if (event.event !== 'hello') deliveredUids.add(stamp.uid);
  };

  const checkEvent = (stamp: Stamp, event: IWebSocketEvent): void => {
    const noticeCount = notices.length;
    const place = `${stamp.sid} ${stamp.k} after ${last === null ? 'nothing' : `${last.sid} ${last.k}`}`;
    if (setup.server.numbering === 'sessions') return checkInSession(stamp, event, noticeCount, place);
    if (last === null) return;
    if (stamp.sid !== last.sid) {
      if (noticeCount === 0) miss(`no notice between two links: ${place}`);
      else if (noticeCount > linksOpened - linksAtLast) spurious(`${noticeCount} notices for ${place}`);
      else totals.notices.real += noticeCount;
      if (stamp.k > 0 && !server.faulty.has(stamp.sid)) lose(place);
      return;
    }
    if (stamp.k === last.k + 1) {
      if (noticeCount > 0) spurious(`a notice, and nothing was missing: ${place}`);
      return;
    }
    if (stamp.k <= last.k) return reorder(place);
    const [notice] = notices;
    if (notice === undefined) return lose(place);
    if (noticeCount > 1 || notice.reason !== 'gap')
      return spurious(`${noticeCount} ${notice.reason} for ${place}`);
    totals.notices.real += 1;
    if (notice.count !== stamp.k - last.k - 1) violate('S4', `a gap of ${notice.count} for ${place}`);
  };

  const checkInSession = (stamp: Stamp, event: IWebSocketEvent, noticeCount: number, place: string): void => {
    if (last === null) {
      const hasLost = firstSession !== null && firstSession.id !== stamp.sid && firstSession.nextK > 1;
      if (stamp.k !== 0) lose(place);
      if (hasLost && noticeCount === 0) miss(`events of the first session are lost: ${place}`);
      if (noticeCount > 1 || (noticeCount === 1 && linksOpened < 2))
        spurious(`a notice before anything: ${place}`);
      else totals.notices.real += noticeCount;
      return;
    }
    const notice = notices.at(-1);
    if (stamp.sid !== last.sid) {
      if (stamp.k !== 0) lose(place);
      if (notice === undefined) return miss(place);
      // Later events were held after the first, and dropped when the session was over.
      if (noticeCount > 1 && setup.pace === 'at once')
        return spurious(`${noticeCount} notices: ${notices.map(({ reason }) => reason)}: ${place}`);
      totals.notices.real += 1;
      if (notice.reason !== 'new-session' || notice.connectionId !== stamp.sid) {
        violate('S4', `a notice "${notice.reason}" of ${notice.connectionId} for ${place}`);
      }
      return;
    }
    const isReset = event.event === 'hello' && event.seq === 0 && stamp.k > 0;
    if (isReset) {
      if (notice === undefined) miss(`the server counts anew: ${place}`);
      else if (noticeCount > 1 || notice.reason !== 'sequence-reset')
        spurious(`${noticeCount} ${notice.reason}: ${place}`);
      else totals.notices.real += 1;
    } else if (isAcceptedGap(stamp, notice, noticeCount)) {
      totals.notices.real += 1;
      return;
    } else if (noticeCount > 0) spurious(`a notice within a session: ${place}`);
    if (stamp.k > last.k + 1) lose(place);
    if (stamp.k <= last.k) reorder(place);
  };

  /** A server that shows nothing but gaps is accepted as it is, with one notice for each gap. */
  const isAcceptedGap = (stamp: Stamp, notice: MissedEvents | undefined, noticeCount: number): boolean =>
    noticeCount === 1 &&
    notice?.reason === 'gap' &&
    notice.count === stamp.k - (last?.k ?? 0) - 1 &&
    acceptedGaps.has(`${stamp.sid} ${stamp.k}`) &&
    server.faulty.has(stamp.sid);

  const lose = (place: string): void => {
    totals.events.lost += 1;
    violate('S4', `a silent gap: ${place}`);
  };
  const reorder = (place: string): void => {
    totals.events.reordered += 1;
    violate('S3', `out of order: ${place}`);
  };
  const miss = (place: string): void => {
    totals.notices.missing += 1;
    violate('S4', `a notice is missing: ${place}`);
  };
  const spurious = (place: string): void => {
    totals.notices.spurious += 1;
    violate('S4', `a notice too many: ${place}`);
  };

  const compare = (subscriber: Subscriber, when: 'in flight' | 'at rest'): void => {
    const { to, from, got } = subscriber;
    const due = accepted.slice(from).filter(({ event }) => to === null || to.includes(event));
    const lacksLast = when === 'in flight' && got.length === due.length - 1;
    const isSame =
      (got.length === due.length || lacksLast) && got.every((event, index) => event === due[index]);
    if (!isSame) {
      violate('S3', `a subscriber of ${to ?? 'everything'} got ${got.length} events of ${due.length}`);
    }
  };

  return {
    accepted,
    get last() {
      return last;
    },
    get lastSeq() {
      return lastSeq;
    },
    get delivered() {
      return deliveredUids.size;
    },
    get pending() {
      return notices.length;
    },
    onAccepted,
    notice: (notice) => void notices.push(notice),
    linkOpened() {
      linksOpened += 1;
      firstSession ??= server.session;
    },
    arrived(event) {
      const stamp = stampOf(event);
      if (stamp === null) return;
      const before = reached;
      if (before === null || before.sid !== stamp.sid) reached = stamp;
      else if (stamp.k === before.k + 1) {
        reached = stamp;
        gapsInARow = 0;
      } else if (stamp.k > before.k && gapsInARow < GAPS_TO_ACCEPT) gapsInARow += 1;
      else if (stamp.k > before.k) {
        reached = stamp;
        acceptedGaps.add(`${stamp.sid} ${stamp.k}`);
      }
    },
    subscribe(service, to, handle) {
      const got: IWebSocketEvent[] = [];
      const source = to === null ? service.events$ : service.event$(to);
      const subscription = source.subscribe((event: IWebSocketEvent) => {
        got.push(event);
        handle(event, got.length);
      });
      // In a handler, the event that is being dispatched is accepted already: a new subscriber starts with the next.
      subscribers.add({ to, from: accepted.length, got, stop: () => subscription.unsubscribe() });
    },
    unsubscribe(which, when) {
      const subscriber = [...subscribers][which % Math.max(subscribers.size, 1)];
      if (subscriber === undefined) return;
      subscribers.delete(subscriber);
      subscriber.stop();
      compare(subscriber, when);
    },
    checkSubscribers() {
      for (const subscriber of subscribers) compare(subscriber, 'at rest');
    },
  };
}

export function stampOf({ data }: IWebSocketEvent): Stamp | null {
  return typeof data === 'object' && data !== null && 'uid' in data && 'sid' in data ? (data as Stamp) : null;
}

/** Publishes missed-events notices, and holds the events after one until `resync` is done. */
import { createEventStream, type EventStream } from '../../stream/event-stream.ts';
import type { IWebSocketEvent, MissedEvents } from '../../types.ts';
import type { ActiveConfig } from '../config/active-config.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { DeliveryBarrier } from './delivery-barrier.ts';
import { runResync } from './resync.ts';

export interface MissedEventsNotifier {
  /** Every notice, before the first event after the break. */
  readonly missed: EventStream<MissedEvents>;
  /** Every notice when it is time to fetch again: after a random wait of up to `missedEventsJitter` (default none). */
  readonly missedDelayed: EventStream<MissedEvents>;
  /** Publishes a notice, in order with the events around it. */
  notify(notice: MissedEvents): void;
  /** Held events of this session were dropped. Publishes one notice for all of them that are dropped at this place. */
  eventsDropped(dropped: readonly IWebSocketEvent[], connectionId: string | null): void;
}

/** The name under which a notice without a channel is dispatched. No channel has such a name. */
export const everywhere = '\u0000';

/** A notice that waits for its turn. `dropped`: it is about held events, and more of them may be dropped until then. */
interface WaitingNotice {
  notice: MissedEvents;
  readonly about: 'break' | 'dropped';
}

export function createMissedEventsNotifier(
  active: ActiveConfig,
  barrier: DeliveryBarrier,
  reporter: Reporter,
): MissedEventsNotifier {
  const onError = (thrown: unknown): void => reporter.thrown('A handler of missed events', thrown);
  const missed = createEventStream<MissedEvents>(onError);
  const missedDelayed = createEventStream<MissedEvents>(onError);
  let waiting: WaitingNotice[] = [];
  /** So many of the waiting ones came before the last `resync` began, so its data has what they are about. */
  let covered = 0;
  let stopListening = (): void => {};

  const forgetWaiting = (): void => {
    waiting = [];
    covered = 0;
  };

  /** The first notice that waits. The place in the order of its events has come. */
  const takeFirst = (): MissedEvents => {
    const { notice, about } = waiting.shift() as WaitingNotice;
    if (waiting.length === 0) stopListening();
    const next = barrier.nextEvent()?.seq ?? -1;
    return about === 'dropped' && next >= 0 ? { ...notice, received: next } : notice;
  };

  const publish = (): Promise<() => void> | undefined => {
    const isCovered = covered > 0;
    if (isCovered) covered -= 1;
    const notice = takeFirst();
    const name = notice.channel ?? everywhere;
    missed.next(notice, name);
    const { config, policy } = active;
    if (config === undefined) return undefined;
    const tell = (): void => missedDelayed.next(notice, name);
    const waitMs = isCovered ? 0 : policy.drawMs(config.missedEventsJitter);
    if (isCovered || !config.resync) {
      if (waitMs === 0) tell();
      else barrier.later(waitMs, tell);
      return undefined;
    }
    const begin = (): Promise<() => void> => {
      tell();
      covered = waiting.length;
      const all = [notice, ...waiting.map((later) => later.notice)];
      // Props are live: another `resync` may have come during the wait.
      return runResync(merge(all), active.config ?? config, barrier, reporter);
    };
    return waitMs === 0 ? begin() : new Promise((resolve) => barrier.later(waitMs, () => resolve(begin())));
  };

  const enqueue = (held: WaitingNotice): void => {
    if (waiting.length === 0) stopListening = barrier.onCleared(forgetWaiting);
    waiting.push(held);
    barrier.pass(publish);
  };

  return {
    missed,
    missedDelayed,
    notify: (notice) => enqueue({ notice, about: 'break' }),
    eventsDropped(dropped, connectionId) {
      const last = waiting.at(-1);
      if (last?.about === 'dropped') {
        last.notice = { ...last.notice, count: Number(last.notice.count) + dropped.length };
        // The `resync` under way began before they were dropped.
        covered = Math.min(covered, waiting.length - 1);
        return;
      }
      reporter.log('warn', 'Held events were dropped: they were more than maxHeldBytes.');
      const first = dropped.find(({ seq }) => seq >= 0)?.seq ?? null;
      const sides = { expected: first, received: null, previousConnectionId: connectionId, connectionId };
      enqueue({ notice: { reason: 'gap', count: dropped.length, ...sides }, about: 'dropped' });
    },
  };
}

/** From the one that tells least to the one that tells most. */
const reasons: readonly MissedEvents['reason'][] = ['unknown', 'gap', 'sequence-reset', 'new-session'];

/** One notice for several breaks in a row: from the first number that was missed to the last session, in all channels. */
function merge(notices: readonly MissedEvents[]): MissedEvents {
  return notices.reduce((first, { channel: _, except: __, ...next }) => ({
    ...next,
    reason: reasons.indexOf(first.reason) > reasons.indexOf(next.reason) ? first.reason : next.reason,
    expected: first.expected,
    count: first.count === null || next.count === null ? null : first.count + next.count,
    previousConnectionId: first.previousConnectionId,
  }));
}

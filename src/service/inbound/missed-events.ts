/** Publishes missed-events notices, and holds the events after one until `resync` is done. */
import { createEventStream, type EventStream } from '../../stream/event-stream.ts';
import type { MissedEvents } from '../../types.ts';
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
  /**
   * Held events with these numbers were dropped: `held`, divided at the notices that wait, and `more` after them. A notice tells
   * of those before it too; those behind the last one get a notice of their own, of this session.
   */
  eventsDropped(
    held: readonly (readonly number[])[],
    more: readonly number[],
    connectionId: string | null,
  ): void;
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
  /** How many of the waiting notices came before the last `resync` began. Its data includes what they tell of. */
  let covered = 0;
  let stopListening = (): void => {};

  const forgetWaiting = (): void => {
    waiting = [];
    covered = 0;
  };

  /** Removes the first waiting notice and returns it. Call it when all events before the notice were delivered. */
  const takeFirst = (): MissedEvents => {
    const { notice, about } = waiting.shift() as WaitingNotice;
    if (waiting.length === 0) stopListening();
    const next = barrier.nextSeq() ?? -1;
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
    barrier.pass(publish, 'notice');
  };

  return {
    missed,
    missedDelayed,
    notify: (notice) => enqueue({ notice, about: 'break' }),
    eventsDropped(held, more, connectionId) {
      const last = waiting.at(-1);
      for (const [index, one] of waiting.entries()) tellOf(held[index] ?? [], one);
      const behind = [...(held.at(-1) ?? []), ...more];
      if (last?.about === 'dropped') {
        tellOf(behind, last);
        // The `resync` under way began before they were dropped.
        covered = Math.min(covered, waiting.length - 1);
        return;
      }
      reporter.log('warn', 'Held events were dropped: they were more than maxHeldBytes.');
      if (behind.length === 0) return;
      const sides = { expected: null, received: null, previousConnectionId: connectionId, connectionId };
      const own: WaitingNotice = { notice: { reason: 'gap', count: 0, ...sides }, about: 'dropped' };
      tellOf(behind, own);
      enqueue(own);
    },
  };
}

/** Adds events that were dropped to a notice: those before its break, or for one about dropped events, those behind it. */
function tellOf(dropped: readonly number[], waiting: WaitingNotice): void {
  const { notice, about } = waiting;
  const first = dropped.find((seq) => seq >= 0) ?? null;
  waiting.notice = {
    ...notice,
    expected: about === 'dropped' ? (notice.expected ?? first) : (first ?? notice.expected),
    count: notice.count === null ? null : notice.count + dropped.length,
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

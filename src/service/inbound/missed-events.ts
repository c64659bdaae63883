/** Publishes missed-events notices, and holds the events after one until `resync` is done. */
import type { Observable } from 'rxjs';
import { describeThrown, failure, type WebSocketServiceError } from '../../errors.ts';
import { createEventStream, type EventStream } from '../../stream/event-stream.ts';
import type { MissedEvents } from '../../types.ts';
import type { ActiveConfig } from '../config/active-config.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { DeliveryBarrier } from './delivery-barrier.ts';

export interface MissedEventsNotifier {
  /** Every notice, before the first event after the break. */
  readonly missed: EventStream<MissedEvents>;
  /** Every notice when it is time to fetch again: after a random wait of up to `missedEventsJitter` (default none). */
  readonly missedDelayed$: Observable<MissedEvents>;
  /** Publishes a notice, in order with the events around it. */
  notify(notice: MissedEvents): void;
}

export function createMissedEventsNotifier(
  active: ActiveConfig,
  barrier: DeliveryBarrier,
  reporter: Reporter,
): MissedEventsNotifier {
  const onError = (thrown: unknown): void => reporter.thrown('A handler of missed events', thrown);
  const missed = createEventStream<MissedEvents>(onError);
  const missedDelayed = createEventStream<MissedEvents>(onError);

  /** Calls the app's `resync`. Resolves when it is done, has failed, or has run out of time. */
  const resync = (notice: MissedEvents, config: ResolvedConfig): Promise<() => void> =>
    new Promise((resolve) => {
      const { resyncTimeout } = config;
      const controller = new AbortController();
      const { signal } = controller;
      const abort = (): void => controller.abort();
      const stopListening = barrier.onCleared(abort);
      const finish = (error?: WebSocketServiceError): void => {
        stopListening();
        cancelDeadline();
        resolve(() => error && reporter.error(error));
      };
      const cancelDeadline = barrier.deadline(resyncTimeout, () => {
        abort();
        finish(failure('resync-failed/late', { resyncTimeout }));
      });
      // Async, so that what `resync` throws at once is a rejection too.
      const fetchAgain = async (): Promise<unknown> => config.resync?.(notice, { signal });
      fetchAgain().then(
        () => finish(),
        (thrown) => finish(failure('resync-failed/threw', { words: reporter.clean(describeThrown(thrown)) })),
      );
    });

  return {
    missed,
    missedDelayed$: missedDelayed.all$,
    notify: (notice) =>
      barrier.pass(() => {
        missed.next(notice);
        const { config, policy } = active;
        if (config === undefined) return undefined;
        const waitMs = policy.drawMs(config.missedEventsJitter);
        if (config.resync) {
          const begin = (): Promise<() => void> => {
            missedDelayed.next(notice);
            return resync(notice, config);
          };
          return waitMs === 0
            ? begin()
            : new Promise((resolve) => barrier.later(waitMs, () => resolve(begin())));
        }
        if (waitMs === 0) missedDelayed.next(notice);
        else barrier.later(waitMs, () => missedDelayed.next(notice));
        return undefined;
      }),
  };
}

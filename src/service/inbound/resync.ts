/** Calls the app's `resync`, with its time limit. */
import { describeThrown, failure, type WebSocketServiceError } from '../../errors.ts';
import type { MissedEvents } from '../../types.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { DeliveryBarrier } from './delivery-barrier.ts';

/** Resolves when it is done, has failed, or has run out of time. Its signal is aborted when the barrier is cleared. */
export function runResync(
  notice: MissedEvents,
  { resync, resyncTimeout }: ResolvedConfig,
  barrier: DeliveryBarrier,
  reporter: Reporter,
): Promise<() => void> {
  return new Promise((resolve) => {
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
    const fetchAgain = async (): Promise<unknown> => resync?.(notice, { signal });
    fetchAgain().then(
      () => finish(),
      (thrown) => finish(failure('resync-failed/threw', { words: reporter.clean(describeThrown(thrown)) })),
    );
  });
}

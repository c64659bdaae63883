/** There was a break: who is told, when, and what waits until the app has caught up? */
import { describeThrown, failure, type WebSocketServiceError } from '../errors.ts';
import { type Channel, createChannel } from '../stream/channel.ts';
import type { MissedEvents } from '../types.ts';
import type { ResolvedConfig } from './config.ts';
import type { Gate } from './gate.ts';
import type { Reporter } from './reporter.ts';

export interface Breaks {
  /** Told at once, before the first event after the break. */
  readonly missed: Channel<MissedEvents>;
  /** Told when it is time to fetch again: after a random wait of up to `missedEventsJitter`, by default at once too. */
  readonly refetch: Channel<MissedEvents>;
  tell(notice: MissedEvents): void;
}

/** `drawMs`: how long to wait, of at most this. */
export function createBreaks(
  gate: Gate,
  reporter: Reporter,
  config: () => ResolvedConfig | undefined,
  drawMs: (maxMs: number) => number,
): Breaks {
  const onThrown = (thrown: unknown): void => reporter.thrown('A handler of missed events', thrown);
  const missed = createChannel<MissedEvents>(onThrown);
  const refetch = createChannel<MissedEvents>(onThrown);

  /** Until the app has caught up, has failed to, or has had its time. */
  const resync = (
    notice: MissedEvents,
    { resync: ask, resyncTimeout }: ResolvedConfig,
  ): Promise<() => void> =>
    new Promise((resolve) => {
      const controller = new AbortController();
      const { signal } = controller;
      const abort = (): void => controller.abort();
      const forget = gate.onCleared(abort);
      const finish = (error?: WebSocketServiceError): void => {
        forget();
        callOff();
        resolve(() => error && reporter.error(error));
      };
      const callOff = gate.deadline(resyncTimeout, () => {
        abort();
        finish(failure('resync-failed/late', { resyncTimeout }));
      });
      // In an async function what is thrown at once is a rejection too.
      const catchUp = async (): Promise<unknown> => ask?.(notice, { signal });
      catchUp().then(
        () => finish(),
        (thrown) => finish(failure('resync-failed/threw', { words: reporter.clean(describeThrown(thrown)) })),
      );
    });

  return {
    missed,
    refetch,
    tell: (notice) =>
      gate.pass(() => {
        missed.next(notice);
        const current = config();
        if (current === undefined) return undefined;
        const waitMs = drawMs(current.missedEventsJitter);
        if (current.resync) {
          const begin = (): Promise<() => void> => {
            refetch.next(notice);
            return resync(notice, current);
          };
          return waitMs === 0
            ? begin()
            : new Promise((resolve) => gate.later(waitMs, () => resolve(begin())));
        }
        if (waitMs === 0) refetch.next(notice);
        else gate.later(waitMs, () => refetch.next(notice));
        return undefined;
      }),
  };
}

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
  /** The session is over: nobody waits for what was begun. */
  clear(): void;
}

export interface BreaksParts {
  readonly gate: Gate;
  readonly reporter: Reporter;
  readonly config: () => ResolvedConfig | undefined;
  /** How long to wait, of at most this. */
  readonly drawMs: (maxMs: number) => number;
  readonly take: (task: () => void) => void;
}

export function createBreaks({ gate, reporter, config, drawMs, take }: BreaksParts): Breaks {
  const onThrown = (thrown: unknown): void => reporter.thrown('A handler of missed events', thrown);
  const missed = createChannel<MissedEvents>(onThrown);
  const refetch = createChannel<MissedEvents>(onThrown);
  /** Each ends something that was begun. */
  const open = new Set<() => void>();

  const later = (delayMs: number, task: () => void): void => {
    if (delayMs === 0) return task();
    const end = (): void => clearTimeout(timer);
    const timer = setTimeout(() => {
      open.delete(end);
      take(task);
    }, delayMs);
    open.add(end);
  };

  /** Until the app has caught up, has failed to, or has had its time. */
  const resync = (notice: MissedEvents, delayMs: number, current: ResolvedConfig): Promise<() => void> =>
    new Promise((resolve) => {
      const { resyncTimeout } = current;
      const controller = new AbortController();
      const { signal } = controller;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = (): void => {
        clearTimeout(timer);
        controller.abort();
      };
      const finish = (error?: WebSocketServiceError): void => {
        clearTimeout(timer);
        open.delete(end);
        resolve(() => error && reporter.error(error));
      };
      const catchUp = async (): Promise<void> => {
        try {
          await current.resync?.(notice, { signal });
          finish();
        } catch (thrown) {
          finish(failure('resync-failed/threw', { words: reporter.clean(describeThrown(thrown)) }));
        }
      };
      open.add(end);
      later(delayMs, () => {
        refetch.next(notice);
        timer = setTimeout(() => {
          end();
          finish(failure('resync-failed/late', { resyncTimeout }));
        }, resyncTimeout);
        void catchUp();
      });
    });

  return {
    missed,
    refetch,
    tell: (notice) =>
      gate.pass(() => {
        missed.next(notice);
        const current = config();
        if (current === undefined) return undefined;
        const delayMs = drawMs(current.missedEventsJitter);
        if (current.resync) return resync(notice, delayMs, current);
        later(delayMs, () => refetch.next(notice));
        return undefined;
      }),
    clear() {
      for (const end of open) end();
      open.clear();
    },
  };
}

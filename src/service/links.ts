/** Tells once for each link that it can be used, and whether it goes on with the session before it. */
import { createEventStream, type EventStream } from '../stream/event-stream.ts';
import type { SequenceTracker } from '../stream/sequence.ts';
import type { LifecycleRunner } from './lifecycle-runner.ts';
import type { Reporter } from './reporting/reporter.ts';

/** A link that can be used, as `useWsConnected` gets it. */
export interface ConnectedLink {
  /** Whether the server goes on with the session of the link before, so that nothing was missed. */
  readonly resumed: boolean;
  /** The number of the attempt that got this link. It only grows. */
  readonly attempt: number;
}

export interface Links {
  /** Each link, and undefined when it is gone. */
  readonly changes: EventStream<ConnectedLink | undefined>;
  /** Undefined: there is no link, or it is not known yet whether the session goes on. */
  current(): ConnectedLink | undefined;
  /** Tells of the link, if it can be used and it is known whether the session goes on. */
  tell(): void;
  end(): void;
}

export function createLinks(
  state: () => LifecycleRunner['state'],
  sequence: SequenceTracker,
  reporter: Reporter,
): Links {
  const changes = createEventStream<ConnectedLink | undefined>((thrown) =>
    reporter.thrown('A handler of useWsConnected', thrown),
  );
  let current: ConnectedLink | undefined;

  const change = (next: ConnectedLink | undefined): void => {
    if (current === next) return;
    current = next;
    changes.next(next);
  };

  return {
    changes,
    current: () => current,
    tell() {
      const { phase, attempt } = state();
      const { resumed } = sequence;
      if (!current && phase === 'connected' && resumed !== undefined) change({ resumed, attempt });
    },
    end: () => change(undefined),
  };
}

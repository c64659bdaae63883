/** Publishes numbers through the processes of a cluster, and keeps the ledger of what it published. */
import type { Cluster } from './cluster.ts';
import { roomNames } from './room.ts';
import type { ServerProcess } from './server-process.ts';

export interface Published {
  readonly n: number;
  /** Null: to all, or to a channel. */
  readonly user: string | null;
  readonly channel: string | null;
  outcome: 'pending' | 'stored' | 'unknown';
}

export interface Publisher {
  readonly ledger: readonly Published[];
  /** Publishes so many numbers to all through one process, at once: none waits for the one before. */
  burst(process: ServerProcess, count: number): Promise<void>;
  /** Ends it. Resolves when every answer is there. */
  stop(): Promise<void>;
}

/** `perSecond` events, each to all, to one of the users or to a channel, each through another process that is up. */
export function startPublishing(cluster: Cluster, users: readonly string[], perSecond: number): Publisher {
  const ledger: Published[] = [];
  /** It waits for each answer before its next event, so that the ledger has the order of the log. */
  let last: Promise<void> = Promise.resolve();

  const note = (n: number, user: string | null, channel: string | null = null): Published => {
    const entry: Published = { n, user, channel, outcome: 'pending' };
    ledger.push(entry);
    return entry;
  };
  const publishOne = (): void => {
    const n = cluster.nextNumber();
    const user = n % 4 === 0 ? (users[n % users.length] ?? null) : null;
    const channel = n % 4 === 1 ? (roomNames[n % roomNames.length] ?? null) : null;
    const entry = note(n, user, channel);
    last = last.then(async () => {
      const up = cluster.processes.filter(({ isUp }) => isUp);
      const process = up[n % Math.max(up.length, 1)];
      const target = channel !== null ? { channel } : user !== null ? { user } : { all: true };
      entry.outcome = (await process?.publish(target, 'n', n)) ?? 'unknown';
    });
  };
  const timer = setInterval(publishOne, 1_000 / perSecond);
  return {
    ledger,
    burst(process, count) {
      // The numbers of the burst stay together, and later ones wait for it.
      const entries = Array.from({ length: count }, () => note(cluster.nextNumber(), null));
      last = last.then(async () => {
        const publishing = entries.map(async (entry) => {
          entry.outcome = await process.publish({ all: true }, 'n', entry.n);
        });
        await Promise.all(publishing);
      });
      return last;
    },
    async stop() {
      clearInterval(timer);
      await last;
    },
  };
}

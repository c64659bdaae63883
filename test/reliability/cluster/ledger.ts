/** Clients of a cluster, and what each of them must have received. */
import { createWebSocketService, type IWebSocketConfig, type MissedEvents } from 'everwire/core';
import { WebSocket } from 'ws';
import type { Cluster, ServerProcess } from './cluster.ts';

export interface Figures {
  published: number;
  deliveries: number;
  lostSilently: number;
  duplicated: number;
  outOfOrder: number;
  /** Notices of clients that had missed nothing. */
  spuriousNotices: number;
  notices: number;
}

interface Published {
  readonly n: number;
  readonly user: string | null;
  outcome: 'pending' | 'stored' | 'unknown';
}

export interface Publisher {
  readonly ledger: readonly Published[];
  /** Publishes numbers, some to all and some to one user, until stopped. Resolves when every answer is there. */
  stop(): Promise<void>;
}

/** Publishes through the processes that are up, `perSecond` events, each to all or to one of the users. */
export function startPublishing(cluster: Cluster, users: readonly string[], perSecond: number): Publisher {
  const ledger: Published[] = [];
  const answers: Promise<void>[] = [];
  /** A publisher waits for each answer before its next event, so that the ledger has the order of the log. */
  let last: Promise<void> = Promise.resolve();
  const publishOne = (): void => {
    const n = ledger.length + 1;
    const user = n % 4 === 0 ? (users[n % users.length] ?? null) : null;
    const entry: Published = { n, user, outcome: 'pending' };
    ledger.push(entry);
    last = last.then(async () => {
      const up = cluster.processes.filter(({ isUp }) => isUp);
      const process: ServerProcess | undefined = up[n % Math.max(up.length, 1)];
      entry.outcome = process
        ? await process.publish(user === null ? { all: true } : { user }, n)
        : 'unknown';
    });
    answers.push(last);
  };
  const timer = setInterval(publishOne, 1_000 / perSecond);
  return {
    ledger,
    async stop() {
      clearInterval(timer);
      await Promise.all(answers);
    },
  };
}

export interface LedgerClient {
  readonly user: string;
  readonly numbers: readonly number[];
  readonly notices: readonly { readonly notice: MissedEvents; readonly after: number }[];
  dispose(): void;
  isConnected(): boolean;
}

export function startClient(
  cluster: Cluster,
  user: string,
  config: Partial<IWebSocketConfig> = {},
): LedgerClient {
  const service = createWebSocketService();
  const numbers: number[] = [];
  const notices: { notice: MissedEvents; after: number }[] = [];
  service.event$('n').subscribe(({ data }) => {
    numbers.push(Number(data));
  });
  service.missed$.subscribe((notice) => notices.push({ notice, after: numbers.length }));
  service.connect({
    url: () => cluster.url(),
    token: user,
    WebSocket,
    reconnectDelay: 100,
    reconnectJitter: 200,
    reconnectAttempts: Number.POSITIVE_INFINITY,
    heartbeat: { interval: 1_000, timeout: 2_000 },
    ...config,
  } as IWebSocketConfig);
  return {
    user,
    numbers,
    notices,
    dispose: () => service.dispose(),
    isConnected: () => service.isConnected(),
  };
}

/** Compares what a client has with what was published for it. What may or may not have been stored is allowed, once. */
export function compare(publisher: Publisher, clients: readonly LedgerClient[]): Figures {
  const figures: Figures = {
    published: publisher.ledger.length,
    deliveries: 0,
    lostSilently: 0,
    duplicated: 0,
    outOfOrder: 0,
    spuriousNotices: 0,
    notices: 0,
  };
  // The place in the log of an event whose process died while it was published is not known.
  const isStored = new Set(publisher.ledger.filter(({ outcome }) => outcome === 'stored').map(({ n }) => n));
  for (const { user, numbers, notices } of clients) {
    figures.deliveries += numbers.length;
    figures.notices += notices.length;
    figures.duplicated += numbers.length - new Set(numbers).size;
    const starts = [0, ...notices.map(({ after }) => after), numbers.length];
    for (const [index, start] of starts.slice(0, -1).entries()) {
      const part = numbers.slice(start, starts[index + 1]);
      const first = part[0];
      const final = index === starts.length - 2 ? Number.POSITIVE_INFINITY : (part.at(-1) ?? 0);
      if (first === undefined) continue;
      const seen = new Set(part);
      const inOrder = part.filter((n) => isStored.has(n));
      for (const [at, n] of inOrder.entries())
        if (at > 0 && n <= (inOrder[at - 1] ?? 0)) figures.outOfOrder += 1;
      for (const { n, user: only, outcome } of publisher.ledger) {
        const isWanted = n >= first && n <= final && (only === null || only === user);
        if (isWanted && outcome === 'stored' && !seen.has(n)) figures.lostSilently += 1;
      }
    }
    const all = new Set(numbers);
    const hasMissed = publisher.ledger.some(
      ({ n, user: only, outcome }) =>
        n >= (numbers[0] ?? 0) && (only === null || only === user) && outcome === 'stored' && !all.has(n),
    );
    if (!hasMissed) figures.spuriousNotices += notices.length;
  }
  return figures;
}

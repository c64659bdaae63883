/**
 * Sessions survive the death of their processes: real processes, a real Redis, real clients, SIGKILL.
 * `npm run test:cluster` runs it in full: EVERWIRE_RELIABILITY=full.
 */
import { expect, it } from 'vitest';
import { writeFigures } from '../../support/figures.ts';
import { hasRedis } from '../../support/redis-server.ts';
import { until } from '../proxy/until.ts';
import { type Cluster, type ServerProcess, startCluster } from './cluster.ts';
import { compare, type Figures, type LedgerClient, startClient, startPublishing } from './ledger.ts';

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';
const form = isFull
  ? { clients: 100, perSecond: 100, rounds: 20, pauseMs: 3_000 }
  : { clients: 10, perSecond: 100, rounds: 2, pauseMs: 500 };

interface Scenario {
  readonly name: string;
  readonly redis?: readonly string[];
  /** Only in full. */
  readonly isSlow?: boolean;
  /** One round. */
  readonly fault: (cluster: Cluster, process: ServerProcess, round: number) => Promise<void>;
  /** Sessions may be lost, with a notice: the log was. */
  readonly mayLose?: boolean;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const scenarios: readonly Scenario[] = [
  {
    name: 'SIGKILL, and a new process after a second',
    async fault(_, process) {
      await process.kill();
      await pause(form.pauseMs);
      await process.start();
    },
  },
  {
    name: 'SIGTERM with drain: a rolling restart',
    async fault(_, process) {
      await process.drain();
      await process.start();
    },
  },
  {
    name: 'a process that stands still for four seconds',
    isSlow: true,
    fault: (_, process) => process.freeze(4_000),
  },
  {
    name: 'Redis killed, with an append-only file',
    isSlow: true,
    redis: ['--appendonly', 'yes', '--appendfsync', 'always'],
    async fault({ redis }) {
      await redis.restart();
      await pause(1_000);
    },
  },
  {
    name: 'Redis killed, without a file: the log is lost, and every client is told',
    redis: [],
    mayLose: true,
    async fault({ redis }) {
      await redis.restart();
      await pause(1_000);
    },
  },
];

const results: Record<string, Figures> = {};

it.runIf(hasRedis).each(scenarios.filter(({ isSlow }) => isFull || !isSlow))(
  '$name: nothing is lost without a notice, duplicated or reordered',
  async ({ name, fault, redis = [], mayLose = false }) => {
    await using cluster = await startCluster({ processes: 2, redis });
    const users = Array.from({ length: form.clients / 2 }, (_, index) => `user-${index}`);
    const clients: LedgerClient[] = [];
    for (let index = 0; index < form.clients; index += 1)
      clients.push(startClient(cluster, users[index % users.length] ?? ''));
    try {
      await until('every client to be connected', () => clients.every((client) => client.isConnected()));
      const publisher = startPublishing(cluster, users, form.perSecond);
      for (let round = 0; round < form.rounds; round += 1) {
        await pause(form.pauseMs);
        const process = cluster.processes[round % 2];
        if (process) await fault(cluster, process, round);
      }
      await pause(form.pauseMs);
      await publisher.stop();
      const last =
        publisher.ledger.findLast(({ outcome, user }) => outcome === 'stored' && user === null)?.n ?? 0;
      expect(last).toBeGreaterThan(0);
      await until('every client to have the last event', () =>
        clients.every(({ numbers }) => (numbers.at(-1) ?? 0) >= last),
      );
      const figures = compare(publisher, clients);
      results[name] = figures;
      writeFigures('cluster', results);
      expect(figures).toMatchObject({ lostSilently: 0, duplicated: 0, outOfOrder: 0, spuriousNotices: 0 });
      if (!mayLose) expect(figures.notices).toBe(0);
      // Lost without a break, the promise would be kept too.
      expect(figures.deliveries).toBeGreaterThan((figures.published * form.clients) / 4);
    } finally {
      for (const client of clients) client.dispose();
    }
  },
  isFull ? 600_000 : 60_000,
);

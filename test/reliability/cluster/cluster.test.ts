/**
 * Sessions survive the death of their processes: real processes, a real Redis, real clients behind a proxy, SIGKILL.
 * `npm run test:cluster` runs it in full: EVERWIRE_RELIABILITY=full.
 */
import { afterAll, expect, it } from 'vitest';
import { hasFakeClock } from '../../support/fake-clock.ts';
import { writeFigures } from '../../support/figures.ts';
import { hasRedis } from '../../support/redis-server.ts';
import { until } from '../proxy/until.ts';
import type { LedgerClient } from './client.ts';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';
import { compare } from './ledger.ts';
import { linkFaults } from './link-faults.ts';
import { processFaults } from './process-faults.ts';
import type { Published } from './publisher.ts';
import { redisFaults } from './redis-faults.ts';
import type { Room } from './room.ts';
import { type Fault, openStage, type Stage, sizes } from './stage.ts';

const form = process.env['EVERWIRE_RELIABILITY'] === 'full' ? 'full' : 'short';

/** From a kill to the next event, at most this much beyond what the client waits by its own choice. Only in full: see below. */
const RECOVERY_LIMIT_MS = 500;

const faults = [...processFaults, ...linkFaults, ...redisFaults].filter(
  ({ forms }) => forms === 'both' || form === 'full',
);

/** One after another, so that each process is started for many faults. */
let running: { readonly options: string; readonly cluster: Cluster } | undefined;

/** The limit is so low that a client that does not read is soon cut. */
const usual: ClusterOptions = { processes: 2, slowBytes: 256 * 1_024 };

async function clusterOf(options: ClusterOptions = usual): Promise<Cluster> {
  const wanted = JSON.stringify(options);
  if (running?.options !== wanted) {
    await running?.cluster[Symbol.asyncDispose]();
    running = undefined;
    running = { options: wanted, cluster: await startCluster(options) };
  }
  await running.cluster.heal();
  return running.cluster;
}

afterAll(() => running?.cluster[Symbol.asyncDispose]());

const rows: object[] = [];

async function prove({ name, run, notices, cluster: options, perSecond }: Fault): Promise<void> {
  const cluster = await clusterOf(options);
  const stage = await openStage(cluster, form, perSecond ?? sizes[form].perSecond);
  try {
    await stage.settled();
    await run(stage);
    await stage.settled();
    // A client that was added has no event of before its first join: without one of after it, it would wait for nothing.
    await until('every member to get an event of its channel', () =>
      stage.clients.every(({ room }) => room.lefts > 0 || room.numbers.length > 0),
    );
    await stage.publisher.stop();
    const { ledger } = stage.publisher;
    const lastWhere = (isTheirs: (published: Published) => boolean): number =>
      ledger.findLast((published) => published.outcome === 'stored' && isTheirs(published))?.n ?? 0;
    const lastOf = (client: string): number =>
      lastWhere(({ user, channel }) => channel === null && (user === null || user === client));
    const lastIn = (name: string): number => lastWhere(({ channel }) => channel === name);
    expect(lastOf('')).toBeGreaterThan(0);
    const isWhole = ({ user, numbers, room }: LedgerClient): boolean =>
      (numbers.at(-1) ?? 0) >= lastOf(user) &&
      (room.lefts > 0 ||
        (room.isJoined() && (isAfterBreak(room) || (room.numbers.at(-1) ?? 0) >= lastIn(room.name))));
    await until(
      'every client to have the last event, of its channel too',
      () => stage.clients.every(isWhole),
      {
        facts: () =>
          JSON.stringify(
            stage.clients
              .filter((client) => !isWhole(client))
              .map(({ user, numbers, room, links }) => ({
                user,
                links,
                last: numbers.at(-1),
                wanted: lastOf(user),
                room: { ...room, isJoined: room.isJoined(), numbers: room.numbers.slice(-3) },
                wantedInRoom: lastIn(room.name),
              })),
          ),
      },
    );
    const figures = compare(ledger, stage.clients);
    const recovery = recoveryOf(stage);
    rows.push({ fault: name, ...figures, ...recovery });
    writeFigures('cluster', { rows });
    expect(figures).toMatchObject({
      lostSilently: 0,
      duplicated: 0,
      outOfOrder: 0,
      spuriousNotices: 0,
      leaked: 0,
    });
    const told = stage.clients.filter((client) => client.notices.length > 0);
    switch (notices) {
      case 'none':
        expect(told.flatMap((client) => client.notices)).toEqual([]);
        expect(stage.clients.flatMap(({ room }) => room.breaks)).toEqual([]);
        break;
      case 'without-session':
        // Their first link was lost before they had a session. What was sent meanwhile is missing, and they are told.
        for (const client of told)
          expect(client.notices).toMatchObject([{ after: 0, notice: { previousConnectionId: null } }]);
        break;
      case 'due':
        break;
      default:
        notices satisfies never;
    }
    if (form === 'full') expect(recovery.p99BeyondOwnWaitMs ?? 0).toBeLessThan(RECOVERY_LIMIT_MS);
  } finally {
    await stage.publisher.stop();
    stage.dispose();
  }
}

/** The server has said that something is missing, and nothing was published to the channel since. */
function isAfterBreak({ breaks, numbers }: Room): boolean {
  return breaks.at(-1) === numbers.length;
}

interface Recovery {
  readonly kills: number;
  readonly p99FromKillToEventMs: number | null;
  readonly p99BeyondOwnWaitMs: number | null;
}

function recoveryOf({ kills, recoveries }: Stage): Recovery {
  const p99 = (values: readonly number[]): number | null => {
    const sorted = values.toSorted((one, other) => one - other);
    const value = sorted[Math.ceil(sorted.length * 0.99) - 1];
    return value === undefined ? null : Math.round(value);
  };
  return {
    kills,
    p99FromKillToEventMs: p99(recoveries.map(({ totalMs }) => totalMs)),
    p99BeyondOwnWaitMs: p99(recoveries.map(({ totalMs, ownWaitMs }) => totalMs - ownWaitMs)),
  };
}

const limitMs = form === 'full' ? 1_200_000 : 60_000;

/** Faults on the same cluster follow each other. */
const keyOf = ({ cluster }: Fault): string => JSON.stringify(cluster) ?? '';
const inTurn = faults.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));

for (const fault of inTurn) {
  const isPossible = hasRedis && (fault.cluster?.clock !== 'fake' || hasFakeClock);
  it.runIf(isPossible)(
    `${fault.name}: nothing is lost in silence, duplicated or reordered`,
    () => prove(fault),
    limitMs,
  );
}

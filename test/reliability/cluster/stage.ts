/** What a fault has to work with: a cluster, clients that listen, and a publisher. */
import { pause, until } from '../proxy/until.ts';
import { type LedgerClient, startClient } from './client.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import type { Step } from './dying-log.ts';
import { type Publisher, startPublishing } from './publisher.ts';
import { roomNames } from './room.ts';
import type { ServerProcess } from './server-process.ts';

/** `short`: part of `npm test`. `full`: `npm run test:cluster`. */
export type Form = 'short' | 'full';

export interface Fault {
  readonly name: string;
  /** `full`: it takes too long for `npm test`. */
  readonly forms: 'both' | 'full';
  /**
   * `due`: sessions can't go on, so their clients are told. `without-session`: clients whose first link is lost before their
   * hello are told. Otherwise nobody is told anything.
   */
  readonly notices: 'none' | 'without-session' | 'due';
  /** Faults with the same options follow each other on one cluster. Default: two processes, see `usual`. */
  readonly cluster?: ClusterOptions;
  /** Default: see `sizes`. */
  readonly perSecond?: number;
  readonly run: (stage: Stage) => Promise<void>;
}

export interface Stage {
  readonly form: Form;
  readonly cluster: Cluster;
  readonly clients: readonly LedgerClient[];
  readonly publisher: Publisher;
  /** How long clients were without events after `kill`. */
  readonly recoveries: readonly { readonly totalMs: number; readonly ownWaitMs: number }[];
  readonly kills: number;
  clientsOf(process: ServerProcess): readonly LedgerClient[];
  addClient(user?: string, way?: 'proxy' | 'direct'): LedgerClient;
  /** Resolves when so many more events are stored. */
  advance(events: number): Promise<void>;
  /** Resolves when every client is connected, and gets events. */
  settled(): Promise<void>;
  kill(process: ServerProcess): Promise<void>;
  /** The process dies at this step, which `provoke` brings about: called again until it has happened. */
  killAt(step: Step, process: ServerProcess, provoke: () => unknown, times?: number): Promise<void>;
  /** Each process in turn. */
  processOf(round: number): ServerProcess;
  /** The process with the most clients: after another was killed, that is all of them. */
  busiest(): ServerProcess;
  pause(ms: number): Promise<void>;
  dispose(): void;
}

/** Long enough for the clients to come back: links that are torn again and again end a session. */
const PROVOKE_EVERY_MS = 3_000;

export const sizes = {
  short: { clients: 10, perSecond: 50 },
  full: { clients: 100, perSecond: 50 },
} as const satisfies Record<Form, { readonly clients: number; readonly perSecond: number }>;

/** `npm run test:cluster -- --clients 20` has fewer than its long form. */
function clientCount(form: Form): number {
  return Number(process.env['EVERWIRE_CLUSTER_CLIENTS'] ?? sizes[form].clients);
}

/** Milliseconds over which clients spread for each that comes at once: a machine that is small admits some hundred a second. */
const JITTER_PER_CLIENT_MS = 4;

export async function openStage(cluster: Cluster, form: Form, perSecond: number): Promise<Stage> {
  const count = clientCount(form);
  const users = Array.from({ length: Math.ceil(count / 2) }, (_, index) => `user-${index}`);
  const jitterMs = Math.max(200, count * JITTER_PER_CLIENT_MS);
  const clients: LedgerClient[] = [];
  const watched: { readonly client: LedgerClient; readonly atMs: number }[] = [];
  let kills = 0;

  const addClient: Stage['addClient'] = (
    user = users[clients.length % users.length] ?? '',
    way = 'proxy',
  ) => {
    const room = roomNames[clients.length % roomNames.length] ?? roomNames[0];
    const client = startClient(cluster, { user, room, way, jitterMs });
    clients.push(client);
    return client;
  };
  for (let added = 0; added < count; added += 1) addClient();
  await until('every client to be connected', () => clients.every((client) => client.isConnected()));
  await until('every client to be in its room', () => clients.every(({ room }) => room.isJoined()));
  const publisher = startPublishing(cluster, users, perSecond);

  const storedCount = (): number =>
    publisher.ledger.reduce((count, { outcome }) => count + (outcome === 'stored' ? 1 : 0), 0);

  const clientsOf = (process: ServerProcess): LedgerClient[] =>
    clients.filter((client) => client.process === process && client.isConnected());

  return {
    form,
    cluster,
    clients,
    publisher,
    get recoveries() {
      return watched.flatMap(({ client, atMs }) => client.recovery(atMs) ?? []);
    },
    get kills() {
      return kills;
    },
    clientsOf,
    addClient,
    async advance(events) {
      const wanted = storedCount() + events;
      await until(`${events} more events to be stored`, () => storedCount() >= wanted);
    },
    async settled() {
      const counts = clients.map(({ numbers }) => numbers.length);
      await until('every client to be connected, and to get events', () =>
        clients.every(
          (client, index) => client.isConnected() && client.numbers.length > (counts[index] ?? 0),
        ),
      );
    },
    async kill(process) {
      kills += 1;
      const atMs = performance.now();
      for (const client of clientsOf(process)) watched.push({ client, atMs });
      await process.kill();
    },
    async killAt(step, process, provoke, times = 1) {
      await process.dieAt(step, times);
      const died = process.died();
      while (process.isUp) {
        provoke();
        await Promise.race([died, pause(PROVOKE_EVERY_MS)]);
      }
      kills += 1;
    },
    processOf(round) {
      const process = cluster.processes[round % cluster.processes.length];
      if (process === undefined) throw new Error('A cluster has processes.');
      return process;
    },
    busiest: () =>
      cluster.processes.reduce((most, one) => (clientsOf(one).length > clientsOf(most).length ? one : most)),
    pause,
    dispose() {
      for (const client of clients) client.dispose();
    },
  };
}

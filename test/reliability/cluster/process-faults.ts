/** Processes that are killed, drained, frozen, or die while they publish. */
import { expect } from 'vitest';
import { until } from '../proxy/until.ts';
import type { Step } from './dying-log.ts';
import type { Fault } from './stage.ts';

const KILL_EVERY_MS = 5_000;

/** `npm run test:cluster -- --minutes 1` kills for a minute. */
const minutes = Number(process.env['EVERWIRE_CLUSTER_MINUTES'] ?? 10);

const steps = ['append', 'replay', 'hello'] as const satisfies readonly Step[];

export const processFaults: readonly Fault[] = [
  {
    name: 'kill -9 every five seconds',
    forms: 'both',
    notices: 'none',
    async run({ form, kill, settled, advance, pause, busiest }) {
      const rounds = form === 'full' ? (minutes * 60_000) / KILL_EVERY_MS : 2;
      for (let round = 0; round < rounds; round += 1) {
        const next = pause(form === 'full' ? KILL_EVERY_MS : 0);
        const process = busiest();
        await kill(process);
        await advance(20);
        await process.start();
        await settled();
        await next;
      }
    },
  },
  {
    name: 'kill -9 after the append, during a replay, between saving a session and its hello',
    forms: 'both',
    notices: 'without-session',
    async run({ form, cluster, killAt, addClient, settled, processOf }) {
      const rounds = form === 'full' ? 10 : 1;
      for (let round = 0; round < rounds * steps.length; round += 1) {
        const step = steps[round % steps.length] ?? 'append';
        const process = processOf(round);
        const provoke: Record<(typeof steps)[number], () => unknown> = {
          // The publisher goes on by itself.
          append: () => undefined,
          // All clients come again, and have missed something.
          replay: () => cluster.processes.map(({ proxy }) => proxy.reset()),
          hello: () => addClient(),
        };
        await killAt(step, process, provoke[step]);
        await process.start();
        await settled();
      }
    },
  },
  {
    name: 'kill -9 between saving a join and its answer: the client is a member, once',
    forms: 'both',
    notices: 'without-session',
    async run({ form, clients, killAt, addClient, settled, processOf }) {
      for (let round = 0; round < (form === 'full' ? 10 : 1); round += 1) {
        const process = processOf(round);
        await killAt('join', process, addClient);
        await process.start();
        await settled();
      }
      await until('every client to be in its room', () => clients.every(({ room }) => room.isJoined()));
    },
  },
  {
    name: 'kill -9 between saving the end of a membership and telling of it: nothing leaks',
    forms: 'both',
    notices: 'none',
    async run({ form, clients, kill, settled, advance, busiest }) {
      const members = clients.slice(0, form === 'full' ? 10 : 2);
      for (const { user, room } of members) {
        const process = busiest();
        await process.dieAt('left');
        const died = process.died();
        await process.leave(user, room.name);
        // The client may be at another process, which tells it.
        await Promise.race([died, until('the client to be told', () => room.lefts > 0)]);
        await kill(process);
        await process.start();
        await until('the client to be told, once', () => room.lefts > 0);
        await settled();
        await advance(30);
        await settled();
        expect(room.lefts).toBe(1);
      }
    },
  },
  {
    name: 'a publisher dies in the middle of a burst',
    forms: 'both',
    notices: 'none',
    async run({ form, publisher, settled, processOf }) {
      for (let round = 0; round < (form === 'full' ? 10 : 1); round += 1) {
        const process = processOf(round);
        await process.dieAt('append', 20);
        await publisher.burst(process, 60);
        await process.died();
        await process.start();
        await settled();
      }
      const unknown = publisher.ledger.filter(({ outcome }) => outcome === 'unknown');
      expect(unknown.length).toBeGreaterThan(0);
    },
  },
  {
    name: 'SIGTERM, and the process drains',
    forms: 'both',
    notices: 'none',
    async run({ form, settled, busiest }) {
      for (let round = 0; round < (form === 'full' ? 10 : 1); round += 1) {
        const process = busiest();
        await process.drain();
        await process.start();
        await settled();
      }
    },
  },
  {
    name: 'a rolling restart of three processes, while clients come',
    forms: 'full',
    notices: 'without-session',
    cluster: { processes: 3 },
    async run({ cluster, settled, addClient, advance }) {
      for (let round = 0; round < 3; round += 1)
        for (const process of cluster.processes) {
          const drained = process.drain();
          for (let count = 0; count < 5; count += 1) {
            addClient();
            await advance(3);
          }
          await drained;
          await process.start();
          await settled();
        }
    },
  },
  {
    name: 'a process stands still for eight seconds',
    forms: 'full',
    notices: 'none',
    async run({ busiest, settled }) {
      for (let round = 0; round < 4; round += 1) {
        await busiest().freeze(8_000);
        await settled();
      }
    },
  },
];

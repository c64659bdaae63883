/** A Redis that is killed, paused, out of reach, too small, or whose clock jumps. */
import { expect } from 'vitest';
import type { Fault, Stage } from './stage.ts';

const streamKey = 'everwire:{main}:log';

/** All clients lose their links, so that they resume while Redis does not answer. */
function cutLinks({ cluster }: Stage): void {
  for (const { proxy } of cluster.processes) proxy.reset();
}

export const redisFaults: readonly Fault[] = [
  {
    name: 'CLIENT PAUSE, and all links are cut',
    forms: 'both',
    notices: 'none',
    async run(stage) {
      await stage.cluster.redisCommand('CLIENT', 'PAUSE', stage.form === 'full' ? '4000' : '400', 'ALL');
      cutLinks(stage);
      await stage.settled();
    },
  },
  {
    name: 'Redis refuses connections, and all links are cut',
    forms: 'both',
    notices: 'none',
    async run(stage) {
      const { redisLink } = stage.cluster;
      redisLink.refuse();
      redisLink.reset();
      cutLinks(stage);
      await stage.pause(stage.form === 'full' ? 30_000 : 500);
      await redisLink.admit();
      await stage.settled();
    },
  },
  {
    name: 'Redis is out of reach for 30 s, without a word: open sockets stay',
    forms: 'full',
    notices: 'none',
    async run({ cluster, clients, pause, settled }) {
      const links = clients.map((client) => client.links);
      cluster.redisLink.stall('both', 'all-links');
      await pause(30_000);
      expect(clients.map((client) => client.links)).toEqual(links);
      await cluster.redisLink.pass();
      await settled();
    },
  },
  {
    name: 'Redis is out of reach for 30 s, without a word, and all links are cut',
    forms: 'full',
    notices: 'none',
    async run(stage) {
      stage.cluster.redisLink.stall('both', 'all-links');
      cutLinks(stage);
      await stage.pause(30_000);
      await stage.cluster.redisLink.pass();
      await stage.settled();
    },
  },
  {
    name: 'the log is trimmed while clients are away: each of them is told once',
    forms: 'both',
    notices: 'due',
    async run({ cluster, clients, advance, settled }) {
      for (const { proxy } of cluster.processes) {
        proxy.refuse();
        proxy.reset();
      }
      await advance(40);
      await cluster.redisCommand('XTRIM', streamKey, 'MAXLEN', '10');
      for (const { proxy } of cluster.processes) await proxy.admit();
      await settled();
      expect(clients.map(({ notices }) => notices.map(({ notice }) => notice.reason))).toEqual(
        clients.map(() => ['new-session']),
      );
    },
  },
  {
    name: 'the log has room for too little: who comes back late is told',
    forms: 'full',
    notices: 'due',
    cluster: { processes: 2, maxEntries: 150, redis: ['--stream-node-max-entries', '10'] },
    async run({ cluster, advance, settled }) {
      for (const { proxy } of cluster.processes.slice(1)) {
        proxy.refuse();
        proxy.reset();
      }
      cluster.processes[0]?.proxy.stall('both');
      await advance(400);
      await cluster.heal();
      await settled();
    },
  },
  {
    name: 'Redis is killed, with an append-only file',
    forms: 'full',
    notices: 'none',
    cluster: { processes: 2, redis: ['--appendonly', 'yes', '--appendfsync', 'always'] },
    async run({ cluster, settled }) {
      for (let round = 0; round < 5; round += 1) {
        await cluster.redis.restart();
        await settled();
      }
    },
  },
  {
    name: 'Redis is killed, without a file: the log is lost, and every client is told',
    forms: 'both',
    notices: 'due',
    async run({ form, cluster, settled }) {
      for (let round = 0; round < (form === 'full' ? 5 : 1); round += 1) {
        await cluster.redis.restart();
        await settled();
      }
    },
  },
  {
    name: 'the clock of Redis jumps: half a minute ahead, an hour back',
    forms: 'full',
    notices: 'none',
    cluster: { processes: 2, clock: 'fake' },
    async run({ cluster, kill, settled, advance, busiest }) {
      for (const offsetMs of [30_000, -3_600_000, -3_570_000]) {
        cluster.clock?.setOffset(offsetMs);
        await advance(20);
        await kill(busiest());
        await advance(20);
        await cluster.heal();
        await settled();
      }
    },
  },
  {
    name: 'the clock of Redis jumps an hour ahead: records of sessions expire, and their clients are told',
    forms: 'full',
    notices: 'due',
    cluster: { processes: 2, clock: 'fake' },
    async run({ cluster, kill, settled, advance, busiest }) {
      cluster.clock?.setOffset(3_600_000);
      await kill(busiest());
      await advance(20);
      await cluster.heal();
      await settled();
    },
  },
];

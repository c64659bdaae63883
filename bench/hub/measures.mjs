/** What `npm run bench:server` measures, of one kind of server. */

import { startBalancer } from '../../scripts/balancer.mjs';
import { quantile } from '../statistics.mjs';

/**
 * @typedef {import('./server-process.mjs').Kind} Kind
 * @typedef {import('./programs.mjs').Program} Program
 * @typedef {object} Bench
 * @property {(kind: Kind) => Promise<Program>} server
 * @property {(name: 'counting-client' | 'recovering-client') => Promise<Program>} clients
 */

/** Events that may be on their way, so that neither side waits for the other. */
const WINDOW = 200;
const CHUNK = 20;
const PAD = 'x'.repeat(60);

/**
 * Deliveries per second, and the servers' processor time for each: as fast as they go, one process publishing to all.
 *
 * @param {Bench} bench
 * @param {Kind} kind
 * @param {{ processes: number, clients: number, seconds: number }} size
 */
export async function measureThroughput(bench, kind, { processes, clients, seconds }) {
  const servers = await Promise.all(Array.from({ length: processes }, () => bench.server(kind)));
  const counter = await bench.clients('counting-client');
  try {
    await openAll(counter, kind, servers, clients);
    await flood(servers, counter, clients, 1);
    const before = await Promise.all(servers.map((server) => server.ask({ type: 'usage' })));
    const { deliveries, ms } = await flood(servers, counter, clients, seconds);
    const after = await Promise.all(servers.map((server) => server.ask({ type: 'usage' })));
    const cpuUs = after.reduce((sum, { cpuUs }, index) => sum + cpuUs - before[index]?.['cpuUs'], 0);
    return { perSecond: (deliveries / ms) * 1_000, cpuUsPerDelivery: cpuUs / deliveries };
  } finally {
    await endAll([counter, ...servers]);
  }
}

/**
 * @param {Program} counter
 * @param {Kind} kind
 * @param {readonly Program[]} servers
 * @param {number} clients
 */
async function openAll(counter, kind, servers, clients) {
  const count = Math.ceil(clients / servers.length);
  for (const { port } of servers) await counter.ask({ type: 'open', kind, port, count });
}

/**
 * @param {readonly Program[]} servers
 * @param {Program} counter
 * @param {number} clients
 * @param {number} seconds
 */
async function flood(servers, counter, clients, seconds) {
  const [publisher] = servers;
  const delivered = async () => (await counter.ask({ type: 'count' }))['events'];
  const startedAt = performance.now();
  const start = await delivered();
  let published = 0;
  while (performance.now() - startedAt < seconds * 1_000) {
    const waiting = published - ((await delivered()) - start) / clients;
    if (waiting > WINDOW - CHUNK) continue;
    await publisher?.ask({ type: 'publish', count: CHUNK, pad: PAD });
    published += CHUNK;
  }
  while ((await delivered()) - start < published * clients);
  return { deliveries: published * clients, ms: performance.now() - startedAt };
}

/**
 * From the append in one process to the handler of clients of two, at a rate that no one is busy with; ms.
 *
 * @param {Bench} bench
 * @param {Kind} kind
 * @param {{ clients: number, seconds: number, perSecond: number }} size
 */
export async function measureLatency(bench, kind, { clients, seconds, perSecond }) {
  const servers = await Promise.all([bench.server(kind), bench.server(kind)]);
  const counter = await bench.clients('counting-client');
  try {
    await openAll(counter, kind, servers, clients);
    await flood(servers, counter, clients, 1);
    await counter.ask({ type: 'time', isOn: true });
    const startedAt = performance.now();
    for (let sent = 0; sent < seconds * perSecond; sent += 1) {
      await servers[0].ask({ type: 'publish', pad: PAD });
      await pause(startedAt + ((sent + 1) * 1_000) / perSecond - performance.now());
    }
    await pause(500);
    const { latencies } = await counter.ask({ type: 'time', isOn: false });
    return { p50Ms: quantile(latencies, 0.5) / 1_000, p99Ms: quantile(latencies, 0.99) / 1_000 };
  } finally {
    await endAll([counter, ...servers]);
  }
}

/**
 * Bytes of the heap and of buffers, for each quiet session.
 *
 * @param {Bench} bench
 * @param {Kind} kind
 * @param {readonly number[]} counts
 */
export async function measureMemory(bench, kind, counts) {
  const server = await bench.server(kind);
  const counter = await bench.clients('counting-client');
  try {
    const bytes = async () => {
      await pause(1_000);
      return (await server.ask({ type: 'usage' }))['bytes'];
    };
    // What is made for the first client is no cost of a session.
    await counter.ask({ type: 'open', kind, port: server.port, count: 10 });
    const empty = await bytes();
    let open = 0;
    const figures = [];
    for (const count of counts) {
      await counter.ask({ type: 'open', kind, port: server.port, count: count - open });
      open = count;
      figures.push(((await bytes()) - empty) / count);
    }
    return figures;
  } finally {
    await endAll([counter, server]);
  }
}

/**
 * Two processes behind a balancer; the one with all the clients ends. Which sessions go on, and what is lost?
 *
 * @param {Bench} bench
 * @param {Kind} kind
 * @param {'graceful' | 'SIGKILL'} end
 */
export async function measureRecovery(bench, kind, end) {
  const [first, second] = await Promise.all([bench.server(kind), bench.server(kind)]);
  let up = [first.port];
  const balancer = await startBalancer({ targets: () => up });
  const clients = await bench.clients('recovering-client');
  const publishing = setInterval(() => void second.ask({ type: 'publish' }).catch(() => undefined), 5);
  try {
    await clients.ask({ type: 'open', kind, url: `ws://127.0.0.1:${balancer.port}` });
    await pause(1_000);
    up = [second.port];
    if (end === 'SIGKILL') await first.end('SIGKILL');
    else {
      void first.ask({ type: 'close' }).catch(() => undefined);
      await first.ended;
    }
    await clients.ask({ type: 'recovered' });
    await pause(1_000);
    clearInterval(publishing);
    await pause(500);
    const { sessions, numbers } = await clients.ask({ type: 'result' });
    const lost = numbers.map((/** @type {number[]} */ list) => {
      const all = new Set(list);
      return Math.max(...list) - Math.min(...list) + 1 - all.size;
    });
    return {
      clients: sessions.length,
      recovered: sessions.filter((/** @type {string} */ session) => session === 'recovered').length,
      lost: lost.reduce((/** @type {number} */ sum, /** @type {number} */ count) => sum + count, 0),
    };
  } finally {
    clearInterval(publishing);
    balancer.close();
    await endAll([clients, second, first]);
  }
}

/** @param {readonly Program[]} programs */
async function endAll(programs) {
  await Promise.all(programs.map((program) => program.end('SIGKILL')));
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}

// `npm run bench:sizing`: how much memory a hub's log and its sessions take in Redis, and a session in its process. Starts a
// redis-server of its own, writes as `redisLog` writes, and prints bytes for each. docs/operations.md has the figures.

import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { WebSocket } from 'ws';
import { build } from '../scripts/build.mjs';

const ENTRIES = 100_000;
const SESSIONS = 20_000;
const AT_ONCE = 500;
const SOCKETS = 4_000;

if (spawnSync('redis-server', ['--version']).status !== 0) {
  console.error('redis-server is missing. Install Redis 6.2 or newer, so that it is on PATH.');
  process.exit(1);
}
if ((await build()) !== 0) throw new Error('The build failed, as said above.');
const { redisLog } = /** @type {typeof import('everwire/server/redis')} */ (
  await import(new URL('../dist/server/redis/index.js', import.meta.url).href)
);

const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const address = probe.address();
const port = typeof address === 'object' && address ? address.port : 0;
probe.close();
const server = spawn(
  'redis-server',
  ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
  { stdio: 'ignore' },
);
const client = new Redis(port, '127.0.0.1');
// It tries again until the server is up.
client.on('error', () => undefined);
try {
  /** @type {Record<string, number>[]} */
  const entries = [];
  for (const dataBytes of [50, 200, 1_000, 5_000]) entries.push(await measureEntries(dataBytes));
  console.log(`Redis ${await version()}: ${ENTRIES.toLocaleString('en')} events in one stream`);
  console.table(entries);
  console.log(`${SESSIONS.toLocaleString('en')} sessions`);
  console.table([await measureSessions(1), await measureSessions(5)]);
  console.log(
    `Node ${process.version}: ${SOCKETS.toLocaleString('en')} open sockets in one process, nothing sent`,
  );
  console.table([await measureSockets('ws alone', '/'), await measureSockets('with a hub', '/hub')]);
} finally {
  client.disconnect();
  server.kill();
}

/** @param {number} dataBytes of JSON, as an event's data */
async function measureEntries(dataBytes) {
  const log = redisLog({ client, maxEntries: ENTRIES * 10 });
  const data = JSON.stringify({ text: 'x'.repeat(dataBytes - 11) });
  const before = await usedBytes();
  for (let sent = 0; sent < ENTRIES; sent += AT_ONCE) {
    const entry = /** @type {const} */ ({
      kind: 'event',
      target: { channel: 'room:1' },
      event: 'posted',
      data,
    });
    await Promise.all(Array.from({ length: AT_ONCE }, () => log.append(entry)));
  }
  const bytesPerEntry = ((await usedBytes()) - before) / ENTRIES;
  await client.flushall();
  return { 'data, bytes': dataBytes, 'bytes per entry': Math.round(bytesPerEntry) };
}

/** @param {number} perUser */
async function measureSessions(perUser) {
  const log = redisLog({ client });
  const before = await usedBytes();
  for (let made = 0; made < SESSIONS; made += AT_ONCE) {
    const records = Array.from({ length: AT_ONCE }, (_, index) => ({
      id: crypto.randomUUID(),
      user: `user-${Math.floor((made + index) / perUser)}`,
      since: '1700000000000-0',
      channels: {},
      joins: 0,
      claim: '1700000000000-0',
      holder: /** @type {const} */ ('socket'),
    }));
    await Promise.all(records.map((record) => log.saveSession(record, 600_000)));
  }
  const bytesPerSession = ((await usedBytes()) - before) / SESSIONS;
  await client.flushall();
  return { 'sessions per user': perUser, 'bytes per session': Math.round(bytesPerSession) };
}

/**
 * JavaScript's memory, after a collection. The system's buffers of a socket are not part of it.
 *
 * @param {string} what
 * @param {string} path
 */
async function measureSockets(what, path) {
  const file = fileURLToPath(new URL('./sizing-server.mjs', import.meta.url));
  const child = fork(file, { execArgv: ['--expose-gc'] });
  const [{ port }] = await once(child, 'message');
  const heapBytes = async () => {
    child.send('measure');
    const [answer] = await once(child, 'message');
    return answer.heapBytes;
  };
  /** @param {number} index */
  const open = async (index) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}?token=user-${index}`);
    await once(socket, 'message');
    return socket;
  };
  // The first one loads what is loaded once.
  const sockets = [await open(0)];
  const before = await heapBytes();
  while (sockets.length <= SOCKETS) {
    const indices = Array.from({ length: 100 }, (_, index) => sockets.length + index);
    sockets.push(...(await Promise.all(indices.map(open))));
  }
  const bytes = ((await heapBytes()) - before) / (sockets.length - 1);
  child.disconnect();
  await once(child, 'exit');
  return { sockets: what, 'bytes per socket': Math.round(bytes) };
}

async function usedBytes() {
  return Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
}

async function version() {
  return /redis_version:(\S+)/.exec(await client.info('server'))?.[1];
}

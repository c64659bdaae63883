// Finds a redis-server for the tests and the demo, and installs one where there is none.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { aptInstall } from './apt.mjs';
import { freePort } from './throw-away.mjs';

/** Rejects, and says what to do, where there is no redis-server and none could be installed. */
export async function ensureRedis() {
  if (hasRedis()) return;
  await aptInstall('redis-server', ['redis-server']);
  if (!hasRedis())
    throw new Error('redis-server is missing. Install Redis 6.2 or newer, so that it is on PATH.');
}

/**
 * A clock for Redis that a test can set. Without it, the tests that need it are skipped.
 *
 * @returns {Promise<boolean>} whether it is there
 */
export async function ensureFakeClock() {
  if (!hasFakeClock()) await aptInstall('faketime', ['faketime']);
  return hasFakeClock();
}

function hasRedis() {
  return spawnSync('redis-server', ['--version']).status === 0;
}

function hasFakeClock() {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return [...folders, '.', '../local/lib'].some((folder) =>
    existsSync(`/usr/lib/${folder}/faketime/libfaketime.so.1`),
  );
}

/**
 * A redis-server of its own, on a free port. It stores nothing on disk, and ends with this process.
 *
 * @returns {Promise<{ readonly url: string, stop(): Promise<void> }>}
 */
export async function startRedis() {
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit');
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept connections')) break;
  child.stdout.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      kill();
      await ended;
      process.removeListener('exit', kill);
    },
  };
}

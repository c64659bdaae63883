/**
 * `npm run test:cluster`: server processes on a real Redis are killed, drained, frozen, and Redis with them, while a hundred
 * real clients listen. Prints what was published, delivered, lost and duplicated. Its short form is part of `npm test`.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDependencies } from './install.mjs';
import { bin, root, run } from './run.mjs';

process.chdir(root);
await installDependencies();
await ensureRedis();

const folder = mkdtempSync(join(tmpdir(), 'everwire-cluster-'));
try {
  process.env['EVERWIRE_RELIABILITY'] = 'full';
  process.env['EVERWIRE_FIGURES'] = folder;
  const args = ['run', '--project', 'reliability', 'test/reliability/cluster'];
  process.exitCode = await run(process.execPath, [bin('vitest', 'vitest'), ...args]);
  console.table(JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function ensureRedis() {
  if (hasRedis()) return;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    console.log('No redis-server found: installing one with apt-get ...');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { env });
  }
  if (!hasRedis())
    throw new Error('redis-server is missing. Install Redis 6.2 or newer, so that it is on PATH.');
}

function hasRedis() {
  return spawnSync('redis-server', ['--version']).status === 0;
}

// Installs what the tests need with apt-get, where that can be used.

import { spawnSync } from 'node:child_process';
import { run } from './run.mjs';

/**
 * Does nothing where apt-get can't be used: look afterwards whether it is there.
 *
 * @param {string} what for the reader
 * @param {readonly string[]} packages
 */
export async function aptInstall(what, packages) {
  const canInstall =
    process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!canInstall) return;
  console.log(`No ${what} found: installing it with apt-get ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
}

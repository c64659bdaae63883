// The package as it is published: packs what is built into a tarball, and unpacks one where an app would have it.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './run.mjs';

/**
 * Packs the package as it lies in dist: build first.
 *
 * @param {string} folder an empty one, so that a tarball of somebody else's is left alone
 * @returns {Promise<string>} the tarball's path
 */
export async function pack(folder) {
  const code = await npm(['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]);
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (code !== 0 || !tarball) throw new Error(`npm pack failed (exit code ${code}).`);
  return join(folder, tarball);
}

/**
 * @param {string} tarball
 * @param {string} folder where package.json will lie; made if need be
 */
export function unpack(tarball, folder) {
  mkdirSync(folder, { recursive: true });
  // Every system that Node 20 runs on has a tar. npm puts everything below `package/`.
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tar could not unpack ${tarball}: ${stderr}`);
}

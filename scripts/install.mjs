// Installs what is missing: the dependencies that package-lock.json names. Needs no dependency, of course.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { npm, root } from './run.mjs';

const oldestNode = 20;

/**
 * Brings node_modules to what package-lock.json says, and does nothing where it is so already.
 *
 * @returns {Promise<void>} rejects where that fails
 */
export async function installDependencies() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode)
    throw new Error(`Node ${oldestNode} or newer is needed; this is ${process.version}.`);
  if (isInstalled()) return;

  console.log('Installing the dependencies (npm ci) ...');
  const code = await npm(['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (code !== 0) throw new Error(`npm ci failed (exit code ${code}). Its output above says why.`);
}

/** Does node_modules hold exactly the versions of the lock? npm leaves its own list there, to compare. */
function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    if (path === '') return true;
    const installed = present[path];
    return installed ? installed.version === version : Boolean(optional || peer);
  });
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }> | null}
 */
function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
  } catch {
    return null;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await installDependencies();

// Apps that are made, tried and thrown away: their folder, their programs, and the count of what was checked.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** Long, because the machine may be busy: nothing is measured here. */
export const patience = 60_000;

const total = { passed: 0, failed: 0 };
/** @type {Set<ChildProcess>} */
const children = new Set();

/**
 * A folder that is removed when this process ends, with every program that still runs.
 *
 * @param {string} prefix
 */
export function throwAwayFolder(prefix) {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.on('exit', () => {
    for (const child of children) kill(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => process.exit(1));
  }
  return folder;
}

/**
 * @param {string} name
 * @param {() => unknown} work
 */
export async function check(name, work) {
  try {
    await work();
    total.passed += 1;
    console.log(`passed: ${name}`);
  } catch (error) {
    total.failed += 1;
    console.error(`FAILED: ${name}\n${error instanceof Error ? error.message : error}`);
  }
}

/** @param {unknown} error of something that is no check */
export function fail(error) {
  console.error(error);
  total.failed += 1;
}

/** Prints the counts and ends this process. */
export function finishChecks() {
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 ? 0 : 1);
}

/** Ends every program that was started. */
export async function endAll() {
  await Promise.all([...children].map(end));
}

/** @returns {Promise<number>} a port that nobody listens on */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * Tries until it works, or patience ends.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function until(work) {
  const last = Date.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > last) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/**
 * A program of Node's that goes on, in a group of its own, so that its children end with it.
 *
 * @param {string} cwd
 * @param {readonly string[]} args
 * @param {Record<string, string>} env
 */
export function start(cwd, args, env) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: process.platform !== 'win32',
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** @param {ChildProcess} child */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  kill(child);
  await ended;
}

/** @param {ChildProcess} child */
function kill(child) {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * A program that ends. Rejects with what it said if it failed.
 *
 * @param {string} cwd
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<string>} what it said
 */
export function finish(cwd, command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${said}`));
    });
  });
}

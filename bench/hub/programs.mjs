/** Starts the programs of `npm run bench:server`, each a process that answers questions. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/run.mjs';
import { freePort } from '../../scripts/throw-away.mjs';

/**
 * @typedef {object} Program
 * @property {number} port
 * @property {(question: object) => Promise<Record<string, any>>} ask rejects if it ends before it answers
 * @property {(signal: NodeJS.Signals) => Promise<void>} end resolves when it is gone
 * @property {Promise<unknown>} ended
 */

/** @returns {Promise<{ start(name: string, env?: Record<string, string>): Promise<Program>, remove(): void }>} */
export async function buildPrograms() {
  // Inside the repository, so that they find its packages.
  const folder = mkdtempSync(join(import.meta.dirname, '.built-'));
  await build({
    entryPoints: ['server-process', 'counting-client', 'recovering-client'].map((name) =>
      join(import.meta.dirname, `${name}.mjs`),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: {
      'everwire/core': `${root}/src/index.ts`,
      'everwire/server/redis': `${root}/server/redis/index.ts`,
      'everwire/server': `${root}/server/index.ts`,
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return { remove, start: (name, env = {}) => startProgram(join(folder, `${name}.mjs`), env) };
}

/**
 * @param {string} file
 * @param {Record<string, string>} env
 * @returns {Promise<Program>}
 */
async function startProgram(file, env) {
  const port = await freePort();
  const child = fork(file, {
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production', ...env, PORT: String(port) },
  });
  const ended = once(child, 'exit');
  /** @type {Map<number, { resolve(answer: any): void, reject(error: Error): void }>} */
  const waiting = new Map();
  let lastId = 0;
  child.on('message', (/** @type {{ id?: number }} */ message) => {
    if (message.id === undefined) return;
    waiting.get(message.id)?.resolve(message);
    waiting.delete(message.id);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} has ended.`));
  });
  if (env['KIND'] !== undefined) await once(child, 'message');
  return {
    port,
    ended,
    ask: (question) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        child.send({ id: lastId, ...question });
      }),
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

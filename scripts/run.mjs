// Starts one program of ours and waits for it. Needs no dependency.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Runs a program with its output on ours (or nowhere) and no input, and says how it ended.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, shell?: boolean, quiet?: boolean }} [options]
 * @returns {Promise<number>} its exit code; 1 when it could not start or was killed
 */
export function run(command, args, { env = process.env, shell = false, quiet = false } = {}) {
  return new Promise((resolve) => {
    const output = quiet ? 'ignore' : 'inherit';
    const child = spawn(command, args, { cwd: root, env, shell, stdio: ['ignore', output, output] });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a program without input, and keeps its output for later: programs that run beside each other would mix theirs.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string }>} 1 when it could not start or was killed
 */
export function collect(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 1, output: `${command}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs npm: the one that runs us, if one does.
 *
 * @param {readonly string[]} args
 */
export function npm(args) {
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args]);
  return run('npm', args, { shell: process.platform === 'win32' });
}

/**
 * The file behind a command of an installed package, so that it can be run with this Node on every system.
 *
 * @param {string} name the package
 * @param {string} [command] the command, where it is not called like the package
 */
export function bin(name, command = name) {
  const require = createRequire(join(root, 'package.json'));
  const folder = join(root, 'node_modules', name);
  const { bin: commands } = require(join(folder, 'package.json'));
  return join(folder, typeof commands === 'string' ? commands : commands[command]);
}

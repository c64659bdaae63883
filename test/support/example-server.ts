/** Runs a server of `examples` in a process of its own, on a free port, with the package as it is in this repository. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { WebSocket } from 'ws';
import { freePort } from './free-port.ts';

export interface ExampleServer extends AsyncDisposable {
  readonly port: number;
  /** Without a path. */
  readonly url: string;
  readonly child: ChildProcess;
}

export interface ExampleOptions {
  /** Where its sockets are. Default `/`. */
  readonly path?: string;
  /** Modules to use in place of packages that are not installed here. */
  readonly inPlaceOf?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What follows the file on the command line. */
  readonly args?: readonly string[];
}

/** Built, because a file of the repository can't import the package by its name. Returns the built file. */
export async function buildExample(
  file: string,
  inPlaceOf: ExampleOptions['inPlaceOf'] = {},
): Promise<{ readonly outfile: string; remove(): void }> {
  // Inside the repository, so that it finds packages as a user's app would.
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.everwire-example-'));
  const outfile = join(folder, basename(file));
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: {
      'everwire/server/redis': './server/redis/index.ts',
      'everwire/server': './server/index.ts',
      'everwire/core': './src/index.ts',
      ...inPlaceOf,
    },
    external: ['ws', 'express', 'fastify', '@fastify/websocket', 'ioredis', 'socket.io', 'zod'],
  });
  return { outfile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A server of `examples`. Resolves when it answers. */
export async function runExample(file: string, options: ExampleOptions = {}): Promise<ExampleServer> {
  const { outfile, remove } = await buildExample(file, options.inPlaceOf);
  const server = await runServer(process.execPath, outfile, options);
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      remove();
    },
  };
}

/** Those of a test that was given up have nobody to end them. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Resolves when the server answers. */
export async function runServer(
  command: string,
  file: string,
  { path = '/', env = {}, args = [] }: Omit<ExampleOptions, 'inPlaceOf'> = {},
): Promise<ExampleServer> {
  const port = await freePort();
  const child = spawn(command, [file, ...args], {
    stdio: 'inherit',
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), ...env },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const url = `ws://127.0.0.1:${port}`;
  while (!(await isOpen(`${url}${path}`))) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}.`);
  }
  return {
    port,
    url,
    child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function isOpen(url: string): Promise<boolean> {
  const probe = new WebSocket(url);
  return new Promise((resolve) => {
    probe.on('open', () => {
      resolve(true);
      probe.terminate();
    });
    probe.on('error', () => resolve(false));
  });
}

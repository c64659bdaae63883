// `npm run demo:cluster`: two server processes on Redis behind a balancer, and a page with a button that kills one of them with
// SIGKILL. Installs what is missing. Ctrl+C ends all of it. `-- --port 6010` serves the page on another port.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBalancer } from './balancer.mjs';
import { installDependencies } from './install.mjs';
import { ensureRedis, startRedis } from './redis.mjs';
import { root } from './run.mjs';
import { freePort } from './throw-away.mjs';

const { values: options } = parseArgs({ options: { port: { type: 'string', default: '6008' } } });

/** How long a process that was killed stays away, in ms. */
const awayMs = 3_000;

process.chdir(root);

/** @type {(() => unknown)[]} last first */
const endings = [];
let isEnding = false;

/** @param {number} code */
async function end(code) {
  if (isEnding) return;
  isEnding = true;
  for (const ending of endings.reverse()) await ending();
  process.exit(code);
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => void end(0));

// A signal to `npm run` alone ends npm and its shell, and is not passed on: without a parent, this stops too.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) void end(0);
}, 500).unref();

try {
  await installDependencies();
  await ensureRedis();
  await startDemo();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
}

async function startDemo() {
  const folder = mkdtempSync(join(import.meta.dirname, '.built-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  await buildDemo(folder);

  const redis = await startRedis();
  endings.push(redis.stop);

  const publisher = await startProcess(folder, { ROLE: 'publisher', REDIS_URL: redis.url });
  const servers = await Promise.all(['A', 'B'].map((name) => startServer(folder, name, redis.url, tell)));
  function tell() {
    if (publisher.connected) publisher.send(servers.map(({ name, pid }) => ({ name, pid: pid() })));
  }
  tell();

  const balancer = await startBalancer({
    targets: () => servers.filter(({ pid }) => pid() !== null).map(({ port }) => port),
  });
  endings.push(balancer.close);

  const page = await servePage(folder, `ws://127.0.0.1:${balancer.port}/ws`, (name) =>
    servers.find((server) => server.name === name)?.kill(),
  );
  endings.push(page.close);
  console.log(`\nOpen ${page.url} and kill a server. Ctrl+C ends the demo.\n`);
}

/** @param {string} folder */
async function buildDemo(folder) {
  // Loaded now: on a fresh clone it has only just been installed.
  const { build } = await import('esbuild');
  /** @type {import('esbuild').BuildOptions} */
  const shared = {
    bundle: true,
    outdir: folder,
    format: 'esm',
    logLevel: 'warning',
    alias: {
      everwire: `${root}/index.ts`,
      'everwire/server': `${root}/server/index.ts`,
      'everwire/server/redis': `${root}/server/redis/index.ts`,
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  };
  await Promise.all([
    build({
      ...shared,
      entryPoints: [join(root, 'scripts/demo/server.mjs')],
      outExtension: { '.js': '.mjs' },
      platform: 'node',
      packages: 'external',
    }),
    build({ ...shared, entryPoints: [join(root, 'scripts/demo/page.tsx')], jsx: 'automatic', minify: true }),
  ]);
}

/**
 * Resolves when it is ready. It ends with the demo.
 *
 * @param {string} folder
 * @param {Record<string, string>} env
 */
async function startProcess(folder, env) {
  const child = fork(join(folder, 'server.mjs'), { env: { ...process.env, ...env } });
  const ended = once(child, 'exit');
  endings.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await ended;
  });
  await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('A process of the demo did not start. Its output is above.'))),
  ]);
  return child;
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} redisUrl
 * @param {() => void} onChange it was killed, or runs again
 */
async function startServer(folder, name, redisUrl, onChange) {
  const port = await freePort();
  const env = { ROLE: 'server', NAME: name, PORT: String(port), REDIS_URL: redisUrl };
  /** @type {import('node:child_process').ChildProcess | null} */
  let child = await startProcess(folder, env);

  async function kill() {
    if (child === null) return;
    const killed = child;
    child = null;
    killed.kill('SIGKILL');
    console.log(`Process ${name} (pid ${killed.pid}): kill -9`);
    onChange();
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    if (isEnding) return;
    child = await startProcess(folder, env);
    console.log(`Process ${name} (pid ${child.pid}): started again`);
    onChange();
  }
  return {
    name,
    port,
    pid: () => child?.pid ?? null,
    kill: () => void kill().catch((error) => (isEnding ? undefined : console.error(error.message))),
  };
}

/**
 * @param {string} folder
 * @param {string} socketUrl
 * @param {(name: string) => void} kill
 */
async function servePage(folder, socketUrl, kill) {
  const html = readFileSync(join(root, 'scripts/demo/page.html'), 'utf8').replace('{{socket}}', socketUrl);
  const files = new Map([
    ['/', { type: 'text/html', text: html }],
    ['/page.js', { type: 'text/javascript', text: readFileSync(join(folder, 'page.js'), 'utf8') }],
    ['/page.css', { type: 'text/css', text: readFileSync(join(folder, 'page.css'), 'utf8') }],
  ]);
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (request.method === 'POST' && path.startsWith('/kill/')) {
      kill(path.slice('/kill/'.length));
      return void response.writeHead(204).end();
    }
    const file = files.get(path);
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': `${file.type}; charset=utf-8` }).end(file.text);
  });
  server.listen(Number(options.port), '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${options.port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

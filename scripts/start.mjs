// `npm start`: installs what is missing, builds the package, and serves the stories on port 6006, with the chat
// server on a real socket beside them. Ctrl+C ends all of it.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { build } from './build.mjs';
import { installDependencies } from './install.mjs';
import { bin, root } from './run.mjs';

const storybookPort = 6006;
const chatPort = 6007;
/** How long Storybook may take to end by itself, in ms. */
const patience = 5_000;

process.chdir(root);

/** @type {() => void} */
let stop = () => process.exit(0);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => stop());

// A signal to `npm start` alone ends npm and its shell, and is not passed on: who is left without a parent stops too.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stop();
}, 500).unref();

try {
  if (!(await isFree(storybookPort))) {
    throw new Error(`Port ${storybookPort} is in use: another Storybook? End what uses it, and start again.`);
  }
  await installDependencies();
  const built = (await build()) === 0;
  if (!built) console.error('The build failed, as said above. The stories are served all the same.');

  const chat = await startChat();
  if (chat) console.log(`\nChat server: ${chat.url}`);
  console.log(`Stories: http://localhost:${storybookPort}\n`);
  process.exitCode = await serveStories(chat?.url);
  await chat?.close();
  process.exit();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** The chat server, or null: the stories are worth serving without it. */
async function startChat() {
  try {
    const { startChatServer } = await import('./chat-server.mjs');
    return await startChatServer({ port: chatPort });
  } catch (error) {
    console.error(`The chat server did not start: ${error instanceof Error ? error.message : error}`);
    console.error('Stories that need a real socket will not connect; the others do not need it.');
    return null;
  }
}

/**
 * Serves the stories until Storybook ends or we are told to stop.
 *
 * @param {string | undefined} chatUrl
 * @returns {Promise<number>} the exit code
 */
function serveStories(chatUrl) {
  const env = { ...process.env, STORYBOOK_DISABLE_TELEMETRY: '1' };
  if (chatUrl) Object.assign(env, { STORYBOOK_CHAT_URL: chatUrl });
  const args = ['dev', '--port', String(storybookPort), '--exact-port', '--ci', '--no-open'];
  args.push('--disable-telemetry', '--no-version-updates');
  const windows = process.platform === 'win32';
  const child = spawn(process.execPath, [bin('storybook'), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    // A group of its own, so that its children end with it.
    detached: !windows,
  });

  /** @param {NodeJS.Signals} signal */
  const kill = (signal) => {
    try {
      if (windows || child.pid === undefined) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // Nothing is left to end.
    }
  };

  return new Promise((resolve) => {
    let stopping = false;
    stop = () => {
      if (stopping) return;
      stopping = true;
      kill('SIGTERM');
      setTimeout(() => kill('SIGKILL'), patience).unref();
    };
    // Whatever ends us: nothing stays behind.
    process.on('exit', () => kill('SIGKILL'));
    child.on('error', (error) => {
      console.error(`Storybook did not start: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(stopping ? 0 : (code ?? 1)));
  });
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
async function isFree(port) {
  // A server on one of the addresses is enough to be in the way.
  for (const host of [undefined, '127.0.0.1']) {
    const free = await new Promise((resolve) => {
      const server = createServer();
      server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
        resolve(error.code !== 'EADDRINUSE'),
      );
      server.listen({ port, host }, () => server.close(() => resolve(true)));
    });
    if (!free) return false;
  }
  return true;
}

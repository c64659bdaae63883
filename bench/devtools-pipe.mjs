/** Drives a Chromium over a bare pipe, because a tool on top of it would mirror every frame and distort the figures. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietFlags } from '../scripts/chromium.mjs';

/**
 * @typedef {object} Tab
 * @property {(method: string, params?: Record<string, unknown>) => Promise<any>} send one DevTools command
 * @property {(expression: string, timeLimitMs: number) => Promise<RemoteObject>} hold the object that an expression
 *   resolves to
 * @property {() => Promise<void>} close
 *
 * @typedef {object} RemoteObject an object in the page
 * @property {(method: string, args: readonly unknown[], timeLimitMs: number) => Promise<any>} call what the method
 *   returns, or resolves to
 *
 * @typedef {object} Chromium
 * @property {string} version
 * @property {(url: string) => Promise<Tab>} openTab a tab in a window of its own, shown and in focus
 * @property {() => Promise<void>} close
 */

/** The default time limit of a DevTools command. */
const commandLimitMs = 30_000;

/**
 * Starts a headless Chromium with a profile of its own.
 *
 * @param {string} path
 * @returns {Promise<Chromium>}
 */
export async function launchChromium(path) {
  const profile = mkdtempSync(join(tmpdir(), 'everwire-bench-'));
  const child = spawn(path, [...flags(), `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const pipe = createPipe(child);
  const { product } = await pipe.send('Browser.getVersion');

  return {
    version: product,
    openTab: (url) => openTab(pipe, url),
    async close() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) {
        pipe.send('Browser.close').catch(() => child.kill('SIGKILL'));
        const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000);
        await gone;
        clearTimeout(impatience);
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function flags() {
  return [
    ...quietFlags,
    '--headless=new',
    '--remote-debugging-pipe',
    '--mute-audio',
    '--window-size=1200,900',
    // A tab in the background must not be slowed down: a headless window has no foreground.
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--enable-precise-memory-info',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

/**
 * @typedef {ReturnType<typeof createPipe>} Pipe
 */

/**
 * Commands out on descriptor 3, answers in on descriptor 4, each with a NUL behind it.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function createPipe(child) {
  const out = /** @type {import('node:stream').Writable} */ (child.stdio[3]);
  const incoming = /** @type {import('node:stream').Readable} */ (child.stdio[4]);
  /** @type {Map<number, (answer: { result?: any, error?: { message: string } }) => void>} */
  const waiting = new Map();
  let lastId = 0;
  let rest = '';

  incoming.setEncoding('utf8');
  incoming.on('data', (chunk) => {
    const frames = (rest + chunk).split('\0');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const { id, result, error } = JSON.parse(frame);
      waiting.get(id)?.({ result, error });
    }
  });
  const fail = () => {
    for (const answer of waiting.values()) answer({ error: { message: 'Chromium is gone.' } });
  };
  child.once('exit', fail);
  child.once('error', fail);
  out.on('error', fail);

  return {
    /**
     * @param {string} method
     * @param {Record<string, unknown>} [params]
     * @param {string} [sessionId]
     * @param {number} [timeLimitMs]
     * @returns {Promise<any>}
     */
    send(method, params = {}, sessionId, timeLimitMs = commandLimitMs) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        const settle = () => {
          clearTimeout(limit);
          waiting.delete(id);
        };
        const limit = setTimeout(() => {
          settle();
          reject(new Error(`${method} took longer than ${timeLimitMs} ms.`));
        }, timeLimitMs);
        waiting.set(id, ({ result, error }) => {
          settle();
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result);
        });
        out.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
      });
    },
  };
}

/**
 * @param {Pipe} pipe
 * @param {string} url
 * @returns {Promise<Tab>}
 */
async function openTab(pipe, url) {
  const { targetId } = await pipe.send('Target.createTarget', { url: 'about:blank', newWindow: true });
  const { sessionId } = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
  /** @type {Tab['send']} */
  const send = (method, params) => pipe.send(method, params, sessionId);

  await send('Page.bringToFront');
  await send('Emulation.setFocusEmulationEnabled', { enabled: true });
  await send('Page.navigate', { url });

  return {
    send,
    async hold(expression, timeLimitMs) {
      const { objectId } = resultOf(
        await pipe.send('Runtime.evaluate', { expression, awaitPromise: true }, sessionId, timeLimitMs),
      );
      return {
        call: async (method, args, limitMs) =>
          resultOf(
            await pipe.send(
              'Runtime.callFunctionOn',
              {
                // The arguments are not part of the source, which a page keeps for a while.
                functionDeclaration: 'function (method, args) { return this[method](...args); }',
                objectId,
                arguments: [{ value: method }, { value: args }],
                awaitPromise: true,
                returnByValue: true,
              },
              sessionId,
              limitMs,
            ),
          ).value,
      };
    },
    async close() {
      await pipe.send('Target.closeTarget', { targetId });
    },
  };
}

/** @param {{ result: any, exceptionDetails?: any }} reply */
function resultOf({ result, exceptionDetails }) {
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result;
}

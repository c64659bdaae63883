/**
 * Starts and controls the servers that the contenders connect to. They live in a child process, whose CPU counts
 * neither for the page nor for the harness.
 */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {'plain' | 'channels' | 'mattermost' | 'socket.io'} Dialect
 * @typedef {import('./server-plan.mjs').Plan} Plan
 * @typedef {import('./server-process.mjs').Request} Request
 */

/**
 * @typedef {object} Server
 * @property {(dialect: Dialect) => string} url
 * @property {(plan: Plan) => Promise<{ sentAtMs: number }>} send to every client that is connected; settles once the
 *   system has it all, with the time (epoch ms)
 * @property {(count?: number) => Promise<void>} connected settles when this many clients, or more, are connected and
 *   greeted; default 1
 * @property {() => Promise<void>} deserted settles when no client is connected
 * @property {(name: string | null) => Promise<void>} greetWith from now on, every client that comes makes one event of
 *   this name be sent at once; null: no more
 * @property {() => Promise<void>} kill destroys the TCP link of every client, without a close frame; the port stays open
 * @property {() => Promise<void>} forget counts from 1 again, and resumes no earlier session
 * @property {() => Promise<void>} stop
 */

/**
 * Starts them on free ports of the loopback address.
 *
 * @returns {Promise<Server>}
 */
export async function startServer() {
  const child = fork(fileURLToPath(new URL('./server-process.mjs', import.meta.url)), { execArgv: [] });
  /** @type {Map<number, { resolve: (result: unknown) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let asked = 0;

  /** @type {{ framesPort: number, socketIoPort: number }} */
  const ports = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it was ready.`)));
  });

  child.on('message', (/** @type {{ id: number, result?: unknown, error?: string }} */ reply) => {
    const asker = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error === undefined) asker?.resolve(reply.result);
    else asker?.reject(new Error(reply.error));
  });
  const ended = new Promise((resolve) => {
    child.once('exit', () => {
      for (const { reject } of waiting.values()) reject(new Error('The server has ended.'));
      waiting.clear();
      resolve(null);
    });
  });

  /**
   * @template Result
   * @param {Request} request
   * @returns {Promise<Result>}
   */
  function ask(request) {
    return new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve: (result) => resolve(/** @type {Result} */ (result)), reject });
      child.send({ id: asked, request });
    });
  }

  return {
    url: (dialect) => {
      switch (dialect) {
        case 'plain':
        case 'channels':
        case 'mattermost':
          return `ws://127.0.0.1:${ports.framesPort}/${dialect}`;
        case 'socket.io':
          return `http://127.0.0.1:${ports.socketIoPort}`;
        default:
          return /** @satisfies {never} */ (dialect);
      }
    },
    send: (plan) => ask({ kind: 'send', plan }),
    connected: (atLeast = 1) => ask({ kind: 'await-clients', atLeast }),
    deserted: () => ask({ kind: 'await-nobody' }),
    greetWith: (name) => ask({ kind: 'greet-with', name }),
    kill: () => ask({ kind: 'kill' }),
    forget: () => ask({ kind: 'forget' }),
    stop: async () => {
      child.disconnect();
      await ended;
    },
  };
}

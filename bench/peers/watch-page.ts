/**
 * Counts a page's sockets, timers and listeners. Import it before the libraries: some keep the page's WebSocket class
 * from the moment they are loaded.
 */

/** All sockets that were ever made. */
export const sockets: WebSocket[] = [];

/**
 * For each socket, the delay of the timer that fired last before it was made, ms; 0 if none fired since the one before.
 * This is the wait that a library asked for, not the time that a busy machine took.
 */
export const waitsMs: number[] = [];

/** Uncaught errors. */
export const uncaught: string[] = [];

/** Current timers and listeners of the page. */
export function countPage(): { readonly timers: number; readonly listeners: number } {
  return { timers: timers.size, listeners };
}

let lastFiredMs = 0;

const timers = new Set<unknown>();
watchTimer('setTimeout', 'clearTimeout', 'once');
watchTimer('setInterval', 'clearInterval', 'again');

let listeners = 0;
for (const target of [window, document]) watchListeners(target);

window.WebSocket = new Proxy(window.WebSocket, {
  construct(Native, args: [string, string[]?]) {
    const socket = new Native(...args);
    sockets.push(socket);
    waitsMs.push(lastFiredMs);
    lastFiredMs = 0;
    return socket;
  },
});

window.onerror = (message) => void uncaught.push(String(message));
window.onunhandledrejection = ({ reason }) => void uncaught.push(String(reason));

function watchTimer(
  set: 'setTimeout' | 'setInterval',
  clear: 'clearTimeout' | 'clearInterval',
  life: 'once' | 'again',
): void {
  const originalSet = window[set].bind(window) as (callback: () => void, ms?: number) => number;
  const originalClear = window[clear].bind(window);
  Object.assign(window, {
    [set]: (callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) => {
      const id = originalSet(() => {
        if (life === 'once') {
          timers.delete(id);
          lastFiredMs = ms ?? 0;
        }
        callback(...given);
      }, ms);
      timers.add(id);
      return id;
    },
    [clear]: (id: number) => {
      timers.delete(id);
      originalClear(id);
    },
  });
}

function watchListeners(target: Window | Document): void {
  const known = new Map<unknown, Set<string>>();
  const add = target.addEventListener.bind(target);
  const remove = target.removeEventListener.bind(target);
  target.addEventListener = (type: string, listener: never, options?: never) => {
    const types = known.get(listener) ?? new Set();
    if (!types.has(type)) listeners += 1;
    known.set(listener, types.add(type));
    add(type, listener, options);
  };
  target.removeEventListener = (type: string, listener: never, options?: never) => {
    if (known.get(listener)?.delete(type)) listeners -= 1;
    remove(type, listener, options);
  };
}

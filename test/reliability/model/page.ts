/**
 * The page around the code under test: window, document and frames. It may be hidden, asleep, or in the back/forward
 * cache.
 */
import type { VirtualTime } from './virtual-time.ts';

export interface Page {
  /** Runs a callback of a socket: at once, or when the page wakes. */
  run(task: () => void): void;
  /** Fires a signal of the window or of the document. */
  signal(target: 'window' | 'document', type: string, facts?: Readonly<Record<string, unknown>>): void;
  setVisible(visibility: 'visible' | 'hidden'): void;
  readonly isAsleep: boolean;
  sleep(): void;
  /** Runs what was postponed, in order: before the timers that are late, or after them. */
  wake(timers: 'late' | 'paused', first: 'callbacks' | 'timers'): void;
  /** The listeners, such as `window online`. */
  readonly listeners: readonly string[];
  /** Replaces the globals. Returns a function that restores them. */
  install(): () => void;
}

type Listener = (event: unknown) => void;

/** The time between two frames. */
const FRAME_MS = 16;

/** `frames: false`: an environment without frames, such as a worker. `onThrown`: a callback of the page threw. */
export function createPage(
  time: VirtualTime,
  options: { readonly frames: boolean },
  onThrown: (thrown: unknown) => void,
): Page {
  const listeners: { readonly target: string; readonly type: string; readonly listener: Listener }[] = [];
  const waiting: (() => void)[] = [];
  const frames = new Map<number, () => void>();
  let lastFrame = 0;
  let visibility: 'visible' | 'hidden' = 'visible';
  let isAsleep = false;

  const guard = (task: () => void): void => {
    try {
      task();
    } catch (thrown) {
      onThrown(thrown);
    }
  };

  const eventTarget = (target: string) => ({
    addEventListener(type: string, listener: Listener): void {
      const isKnown = listeners.some(
        (one) => one.target === target && one.type === type && one.listener === listener,
      );
      if (!isKnown) listeners.push({ target, type, listener });
    },
    removeEventListener(type: string, listener: Listener): void {
      const index = listeners.findIndex(
        (one) => one.target === target && one.type === type && one.listener === listener,
      );
      if (index >= 0) listeners.splice(index, 1);
    },
  });
  const window = eventTarget('window');
  const document = {
    ...eventTarget('document'),
    get visibilityState() {
      return visibility;
    },
    get hidden() {
      return visibility === 'hidden';
    },
  };

  const signal: Page['signal'] = (target, type, facts = {}) => {
    for (const one of [...listeners]) {
      if (one.target === target && one.type === type) guard(() => one.listener({ type, ...facts }));
    }
  };

  return {
    run(task) {
      if (isAsleep) waiting.push(task);
      else guard(task);
    },
    signal,
    setVisible(next) {
      if (visibility === next) return;
      visibility = next;
      signal('document', 'visibilitychange');
    },
    get isAsleep() {
      return isAsleep;
    },
    sleep() {
      isAsleep = true;
      time.putPageToSleep();
    },
    wake(timers, first) {
      isAsleep = false;
      // Each in a turn of its own, so that microtasks run between them.
      const waited = waiting.splice(0);
      if (first === 'callbacks') {
        for (const task of waited) time.later(0, () => guard(task));
        time.later(0, () => time.wakePage(timers));
      } else {
        time.wakePage(timers);
        for (const task of waited) time.later(0, () => guard(task));
      }
    },
    get listeners() {
      return listeners.map(({ target, type }) => `${target} ${type}`);
    },
    install() {
      const added: Record<string, unknown> = {
        addEventListener: window.addEventListener,
        removeEventListener: window.removeEventListener,
        document,
      };
      if (options.frames) {
        added['requestAnimationFrame'] = (run: () => void): number => {
          lastFrame += 1;
          const id = lastFrame;
          const tryToDraw = (): void => {
            // A hidden page has no frames: try again.
            if (visibility === 'hidden') frames.set(id, time.pageLater(FRAME_MS * 10, tryToDraw));
            else {
              frames.delete(id);
              run();
            }
          };
          frames.set(id, time.pageLater(FRAME_MS, tryToDraw));
          return id;
        };
        added['cancelAnimationFrame'] = (id: number): void => {
          frames.get(id)?.();
          frames.delete(id);
        };
      }
      const place = globalThis as unknown as Record<string, unknown>;
      const before = Object.keys(added).map((name) => Object.getOwnPropertyDescriptor(place, name));
      for (const [name, value] of Object.entries(added)) {
        Object.defineProperty(place, name, { value, configurable: true, writable: true });
      }
      return () => {
        for (const [index, name] of Object.keys(added).entries()) {
          const descriptor = before[index];
          if (descriptor === undefined) delete place[name];
          else Object.defineProperty(place, name, descriptor);
        }
      };
    },
  };
}

/**
 * Makes a frame of the page a tab that can be frozen and killed. Its locks and its channel are the browser's own; its clock is
 * that of the page, and its sockets reach the fake server of the page.
 */

import { createGate, type Gate, guardEvents } from './gate.ts';
import type { StartTab, TabHook, TabWorld } from './ledger.ts';

export interface TabWindow {
  freeze(): void;
  thaw(): void;
  /** As a crash: without a goodbye. */
  kill(): void;
}

type Realm = Window & typeof globalThis;

/** `app`: the address of the code that runs in the tab. */
export function openTabWindow(name: string, app: string, world: TabWorld): TabWindow {
  const frame = document.createElement('iframe');
  frame.title = name;
  frame.className = 'visually-hidden';
  frame.tabIndex = -1;
  frame.setAttribute('aria-hidden', 'true');
  document.body.append(frame);
  const realm = frame.contentWindow as Realm | null;
  const gate = createGate();
  const sockets = new Set<WebSocket>();
  if (realm !== null) {
    setClock(realm, gate);
    setChannels(realm, gate);
    setLocks(realm, gate);
    const onReady = (start: StartTab): void =>
      gate.run(() => start({ ...world, WebSocket: guardedSocket(world.WebSocket, gate, sockets) }));
    Object.assign(realm, { ['everwireStoryTab' satisfies TabHook]: onReady });
    const script = realm.document.createElement('script');
    script.type = 'module';
    script.textContent = `import ${JSON.stringify(app)};`;
    realm.document.body.append(script);
  }
  return {
    freeze: gate.freeze,
    thaw: gate.thaw,
    kill() {
      gate.kill();
      // What the operating system does with the sockets of a process that is gone.
      for (const socket of sockets) socket.close();
      frame.remove();
    },
  };
}

function setClock(realm: Realm, gate: Gate): void {
  /** Tasks that were cleared while the gate held them back. */
  const pending = new Map<number, { isCleared: boolean; isHeld: boolean }>();
  const set =
    (start: (task: () => void, delayMs?: number) => number, kind: 'once' | 'again') =>
    (task: (...given: unknown[]) => void, delayMs?: number, ...given: unknown[]): number => {
      const entry = { isCleared: false, isHeld: false };
      const due = (): void => {
        // Of an interval, a frozen page keeps one task.
        if (entry.isHeld) return;
        entry.isHeld = true;
        gate.run(() => {
          entry.isHeld = false;
          if (entry.isCleared) return;
          if (kind === 'once') pending.delete(id);
          task(...given);
        });
      };
      const id = start(due, delayMs);
      pending.set(id, entry);
      return id;
    };
  const clear = (id: number): void => {
    const entry = pending.get(id);
    if (entry) entry.isCleared = true;
    pending.delete(id);
    window.clearTimeout(id);
  };
  Object.assign(realm, {
    Date,
    setTimeout: set(window.setTimeout, 'once'),
    setInterval: set(window.setInterval, 'again'),
    clearTimeout: clear,
    clearInterval: clear,
    requestAnimationFrame: (task: FrameRequestCallback) =>
      window.requestAnimationFrame((atMs) => gate.run(() => task(atMs))),
    cancelAnimationFrame: (id: number) => window.cancelAnimationFrame(id),
  });
  realm.performance.now = () => performance.now();
}

function setChannels(realm: Realm, gate: Gate): void {
  // Before any listener of the app: a dead page does not say goodbye, and a frozen one hears nothing.
  guardEvents(realm, ['pagehide', 'pageshow', 'focus', 'online', 'offline'], gate);
  guardEvents(realm.document, ['visibilitychange'], gate);
  Object.assign(realm, {
    BroadcastChannel: class extends realm.BroadcastChannel {
      constructor(name: string) {
        super(name);
        guardEvents(this, ['message'], gate);
      }
    },
    MessageChannel: class extends realm.MessageChannel {
      constructor() {
        super();
        for (const port of [this.port1, this.port2]) guardEvents(port, ['message'], gate);
      }
    },
  });
}

/** A frozen page keeps a lock that it has, may get one, and learns of all that when it is thawed. */
function setLocks(realm: Realm, gate: Gate): void {
  const { locks } = realm.navigator;
  const request = (
    name: string,
    options: LockOptions,
    task: (lock: Lock | null) => Promise<unknown>,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const held = (lock: Lock | null): Promise<unknown> =>
        new Promise((release) => gate.run(() => release(task(lock))));
      locks.request(name, options, held).then(
        (value) => gate.run(() => resolve(value)),
        (reason: unknown) => gate.run(() => reject(reason)),
      );
    });
  Object.defineProperty(realm.navigator, 'locks', { value: { request } });
}

function guardedSocket(
  Base: typeof globalThis.WebSocket,
  gate: Gate,
  sockets: Set<WebSocket>,
): typeof globalThis.WebSocket {
  return class extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      guardEvents(this, ['open', 'message', 'error', 'close'], gate);
      sockets.add(this);
    }
  };
}

/** All that a tab has of the browser: Web Locks, BroadcastChannel, SharedWorker, and the life of the page. */
import { inAct } from '../src/transport/act.ts';
import type { Message, Page } from './messages.ts';

/** What is missing for sharing; undefined: nothing. */
export function missingSupport(relayIn: 'tab' | 'worker'): string | undefined {
  const { isSecureContext, origin, crypto, BroadcastChannel, SharedWorker, navigator } =
    globalThis as unknown as Partial<Window & typeof globalThis>;
  if (isSecureContext !== true || crypto?.subtle === undefined) return 'the page is not a secure context';
  if (origin === 'null') return 'the page has an opaque origin';
  if (BroadcastChannel === undefined) return 'there is no BroadcastChannel';
  if (relayIn === 'worker') return SharedWorker === undefined ? 'there is no SharedWorker' : undefined;
  return navigator?.locks === undefined ? 'there are no Web Locks' : undefined;
}

/** A short name for a text that may hold a secret, such as a token: its SHA-256. */
export async function hashOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return new Uint8Array(bytes).join('-');
}

export function randomId(): string {
  return crypto.randomUUID();
}

export interface Channel {
  post(message: Message): void;
  close(): void;
}

/** Reaches all other tabs of this origin that use the same name. */
export function openChannel(name: string, onMessage: (message: Message) => void): Channel {
  const channel = new BroadcastChannel(name);
  channel.onmessage = inAct(({ data }: MessageEvent) => onMessage(data as Message));
  // Node: it must not keep a process alive.
  (channel as { unref?: () => void }).unref?.();
  return {
    post: (message) => channel.postMessage(message),
    close() {
      channel.onmessage = null;
      channel.close();
    },
  };
}

export interface Lock {
  /** Waits for the lock, without a limit. */
  wait(): void;
  /** Takes it from the tab that has it. */
  steal(): void;
  /** Lets it go, or does not wait for it any more. */
  release(): void;
}

/** `failed`: the browser refuses locks here. */
export function createLock(name: string, on: (what: 'granted' | 'stolen' | 'failed') => void): Lock {
  let request = 0;
  let letGo: (() => void) | undefined;
  let waiting: AbortController | undefined;

  const release = (): void => {
    request += 1;
    waiting?.abort();
    letGo?.();
    waiting = undefined;
    letGo = undefined;
  };

  const ask = (options: LockOptions): void => {
    request += 1;
    const mine = request;
    const held = (): Promise<void> | undefined => {
      if (mine !== request) return undefined;
      waiting = undefined;
      const until = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      on('granted');
      return until;
    };
    navigator.locks.request(name, options, held).catch((error: unknown) => {
      if (mine !== request) return;
      request += 1;
      letGo = undefined;
      on((error as Partial<Error> | null)?.name === 'AbortError' ? 'stolen' : 'failed');
    });
  };

  return {
    wait() {
      release();
      waiting = new AbortController();
      ask({ signal: waiting.signal });
    },
    steal() {
      release();
      ask({ steal: true });
    },
    release,
  };
}

/** Outside a page, as in a worker, it is always visible. */
export function pageNow(): Page {
  return globalThis.document?.visibilityState === 'hidden' ? 'hidden' : 'visible';
}

/** Tells of each change of the page, and when the page is left, until the signal. */
export function watchPage(onPage: (page: Page) => void, onLeft: () => void, signal: AbortSignal): void {
  const { document } = globalThis as Partial<typeof globalThis>;
  const onChange = ({ type }: Event): void => onPage(type === 'freeze' ? 'frozen' : pageNow());
  for (const type of ['visibilitychange', 'freeze', 'resume'])
    document?.addEventListener(type, onChange, { signal });
  globalThis.addEventListener?.('pagehide', onLeft, { signal });
}

/** How often a relay ticks, and so beats; ms. */
export const RELAY_TICK_MS = 1_000;

/** Calls `task` in this interval until the returned function is called. */
export function every(intervalMs: number, task: () => void): () => void {
  const timer = setInterval(inAct(task), intervalMs);
  return () => clearInterval(timer);
}

export interface WorkerLine {
  post(message: unknown): void;
  close(): void;
}

/** The app's worker. `onFailed`: it could not be loaded. */
export function openWorker(
  create: () => SharedWorker,
  onMessage: (data: unknown) => void,
  onFailed: () => void,
): WorkerLine | undefined {
  try {
    const worker = create();
    worker.addEventListener('error', onFailed);
    worker.port.onmessage = ({ data }: MessageEvent) => onMessage(data);
    return {
      post: (message) => worker.port.postMessage(message),
      close() {
        worker.removeEventListener('error', onFailed);
        worker.port.onmessage = null;
        worker.port.close();
      },
    };
  } catch {
    onFailed();
    return undefined;
  }
}

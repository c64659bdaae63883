/** The only file of this entry that touches Web Locks, BroadcastChannel, SharedWorker, and the life of the page. */
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
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
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

/** `onFailed`: the browser refuses locks here. */
export function createLock(
  name: string,
  on: { readonly granted: () => void; readonly stolen: () => void; readonly failed: () => void },
): Lock {
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
      on.granted();
      return until;
    };
    navigator.locks.request(name, options, held).catch((error: unknown) => {
      if (mine !== request) return;
      request += 1;
      letGo = undefined;
      if ((error as Partial<Error> | null)?.name === 'AbortError') on.stolen();
      else on.failed();
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

/** Tells of each change of the page, and when the page is left. */
export function watchPage(onPage: (page: Page) => void, onLeft: () => void): () => void {
  const { document } = globalThis as Partial<typeof globalThis>;
  const onChange = ({ type }: Event): void => onPage(type === 'freeze' ? 'frozen' : pageNow());
  const types = ['visibilitychange', 'freeze', 'resume'];
  for (const type of types) document?.addEventListener(type, onChange);
  globalThis.addEventListener?.('pagehide', onLeft);
  return () => {
    for (const type of types) document?.removeEventListener(type, onChange);
    globalThis.removeEventListener?.('pagehide', onLeft);
  };
}

/** Calls `task` every second until the returned function is called. */
export function everySecond(task: () => void): () => void {
  const timer = setInterval(inAct(task), 1_000);
  return () => clearInterval(timer);
}

/** Runs tasks in a macrotask of their own. Not a timer: those of a hidden page wait for up to a second. */
export function createMacrotask(task: () => void): { run(): void; end(): void } {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = task;
  return {
    run: () => port2.postMessage(null),
    end() {
      port1.onmessage = null;
      port1.close();
      port2.close();
    },
  };
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

/** In a SharedWorker: calls `onLine` for each tab that opens it. */
export function serveWorker(
  onLine: (line: WorkerLine, listen: (onMessage: (data: unknown) => void) => void) => void,
): void {
  const scope = globalThis as unknown as { onconnect: ((event: MessageEvent) => void) | null };
  scope.onconnect = ({ ports: [port] }) => {
    if (port === undefined) return;
    onLine({ post: (message) => port.postMessage(message), close: () => port.close() }, (onMessage) => {
      port.onmessage = ({ data }: MessageEvent) => onMessage(data);
    });
  };
}

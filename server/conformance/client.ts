/** A raw client of the envelope, for checks: it sends what it is told, and keeps every frame until it is asked for. */
import type { WebSocketConstructor } from '../../src/types.ts';

export type Frame = Readonly<Record<string, unknown>>;

export interface Closed {
  readonly code: number;
  /** Whether the socket was open before. A refused handshake never is. */
  readonly wasOpen: boolean;
}

export interface CheckClient {
  /** The next frame that fits. Others before it are skipped. Rejects after a time, or if the socket closes first. */
  next(what: string, isWanted: (frame: Frame) => boolean): Promise<Frame>;
  /** Frames that arrived and were not asked for. */
  readonly unread: readonly Frame[];
  send(frame: object | string): void;
  readonly closed: Promise<Closed>;
  /** Ends the link without waiting for the server. */
  drop(): void;
}

interface Waiting {
  readonly isWanted: (frame: Frame) => boolean;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (thrown: Error) => void;
}

export function dial(
  WebSocket: WebSocketConstructor,
  address: string,
  query: Readonly<Record<string, string>>,
  patienceMs: number,
): CheckClient {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const socket = new WebSocket(url.href, []);
  const unread: Frame[] = [];
  const waiting: Waiting[] = [];
  const beforeOpen: string[] = [];
  let wasOpen = false;
  let isClosed = false;

  socket.onopen = () => {
    wasOpen = true;
    for (const text of beforeOpen) socket.send(text);
  };
  // Without a listener, `ws` throws. `close` follows.
  socket.onerror = () => undefined;
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    const frame = parse(data);
    const index = waiting.findIndex(({ isWanted }) => isWanted(frame));
    const [reader] = index < 0 ? [] : waiting.splice(index, 1);
    if (reader) reader.resolve(frame);
    else unread.push(frame);
  };
  const closed = new Promise<Closed>((resolve) => {
    socket.onclose = ({ code }: { readonly code: number }) => {
      isClosed = true;
      for (const { reject } of waiting) reject(new Error(`the server closed the link with ${code}`));
      resolve({ code, wasOpen });
    };
  });

  return {
    unread,
    closed,
    next(what, isWanted) {
      const index = unread.findIndex(isWanted);
      const [known] = index < 0 ? [] : unread.splice(0, index + 1).slice(-1);
      if (known) return Promise.resolve(known);
      if (isClosed) return Promise.reject(new Error('the server closed the link'));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${what} within ${patienceMs} ms`)), patienceMs);
        const settle = <Value>(finish: (value: Value) => void): ((value: Value) => void) => {
          return (value) => {
            clearTimeout(timer);
            finish(value);
          };
        };
        waiting.push({ isWanted, resolve: settle(resolve), reject: settle(reject) });
      });
    },
    send(frame) {
      const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
      if (wasOpen) socket.send(text);
      else beforeOpen.push(text);
    },
    drop() {
      const { terminate } = socket as { terminate?: () => void };
      if (terminate) terminate.call(socket);
      else socket.close();
    },
  };
}

function parse(data: unknown): Frame {
  try {
    const parsed: unknown = JSON.parse(String(data));
    if (typeof parsed === 'object' && parsed !== null) return parsed as Frame;
  } catch {
    // Below.
  }
  return { unreadable: String(data).slice(0, 100) };
}

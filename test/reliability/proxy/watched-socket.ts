/** Counts the sockets that the client has made and closed. Wraps the constructor that it is given. */
import type { WebSocketConstructor, WebSocketLike } from 'everwire/core';
import WebSocket from 'ws';

export interface SocketWatch {
  /** For the config. */
  readonly WebSocket: WebSocketConstructor;
  readonly all: readonly WatchedSocket[];
  /** Sockets that the client has not closed, and that have not closed by themselves. */
  readonly live: readonly WatchedSocket[];
  /** The most that were live at any one time. */
  readonly mostLive: number;
  /** Sockets that are not closed yet, detached or not. */
  readonly unclosed: number;
}

export interface WatchedSocket {
  readonly state: 'live' | 'let-go' | 'closed';
  /** As in the standard: 2 is CLOSING. */
  readonly readyState: number;
  readonly openedAt: number | null;
  /** When the client closed it, or it closed by itself. */
  readonly endedAt: number | null;
  /** A ping that was sent over it has been answered promptly. */
  readonly hasAnsweredPing: boolean;
  /** The code with which the client closed it; null: closed by itself. */
  readonly closedWith: number | null;
}

/** Well before any deadline of a test. */
const PROMPT_MS = 50;

interface Watched {
  state: WatchedSocket['state'];
  openedAt: number | null;
  endedAt: number | null;
  hasAnsweredPing: boolean;
  closedWith: number | null;
  readonly readyState: number;
}

export function watchSockets(): SocketWatch {
  const all: Watched[] = [];
  let mostLive = 0;
  const live = (): readonly Watched[] => all.filter(({ state }) => state === 'live');

  const construct = (url: string, protocols?: string[]): WebSocketLike => {
    const inner = new WebSocket(url, protocols ?? []);
    const pings = new Map<unknown, number>();
    const watched: Watched = {
      state: 'live',
      openedAt: null,
      endedAt: null,
      hasAnsweredPing: false,
      closedWith: null,
      get readyState() {
        return inner.readyState;
      },
    };
    all.push(watched);
    mostLive = Math.max(mostLive, live().length);
    inner.on('open', () => {
      watched.openedAt = performance.now();
    });
    inner.on('close', () => {
      watched.state = 'closed';
      watched.endedAt ??= performance.now();
    });
    inner.on('message', (data) => {
      if (watched.hasAnsweredPing) return;
      const sentAt = pings.get(seqReplyIn(String(data)));
      if (sentAt === undefined || watched.state !== 'live') return;
      watched.hasAnsweredPing = performance.now() - sentAt < PROMPT_MS;
    });

    const close = (code?: number, reason?: string): void => {
      if (watched.state === 'live') {
        watched.state = 'let-go';
        watched.closedWith = code ?? null;
        watched.endedAt = performance.now();
      }
      inner.close(code, reason);
    };
    const send = (data: string | ArrayBuffer): void => {
      if (!watched.hasAnsweredPing && typeof data === 'string' && data.includes('"ping"')) {
        pings.set((JSON.parse(data) as { readonly seq?: unknown }).seq, performance.now());
      }
      inner.send(data);
    };
    // Not a subclass: `ws` calls its own close() when the server closes, which is not the client's close.
    return new Proxy(inner as unknown as WebSocketLike, {
      get: (target, key) => {
        if (key === 'close') return close;
        if (key === 'send') return send;
        return Reflect.get(target, key, target);
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    });
  };

  return {
    WebSocket: constructorOf(construct),
    all,
    get live() {
      return live();
    },
    get mostLive() {
      return mostLive;
    },
    get unclosed() {
      return all.filter(({ state }) => state !== 'closed').length;
    },
  };
}

/** A constructor that returns what the function returns. */
function constructorOf(
  construct: (url: string, protocols?: string[]) => WebSocketLike,
): WebSocketConstructor {
  function Watched(url: string, protocols?: string[]): WebSocketLike {
    return construct(url, protocols);
  }
  return Watched as unknown as WebSocketConstructor;
}

function seqReplyIn(text: string): number {
  return Number(/"seq_reply":(\d+)/.exec(text)?.[1]);
}

/** A socket class that records what goes over the wire, and when. */

/** `let-go`: we closed it ourselves. `lost`: it was closed. */
export type WireMarkKind = 'opened' | 'ping' | 'sent' | 'heard' | 'let-go' | 'lost' | 'frozen' | 'thawed';

export interface WireMark {
  readonly id: number;
  readonly kind: WireMarkKind;
  /** Epoch ms. */
  readonly at: number;
}

export interface WatchedWire {
  /** Pass it as `WebSocket`. */
  readonly WebSocket: typeof globalThis.WebSocket;
  /** For facts that no socket can see. */
  readonly mark: (kind: WireMarkKind) => void;
  /** The newest of them, oldest first. */
  readonly read: () => readonly WireMark[];
  readonly subscribe: (listener: () => void) => () => void;
}

const KEPT_MARKS = 200;

export function watchWire(Socket: typeof globalThis.WebSocket): WatchedWire {
  const listeners = new Set<() => void>();
  let marks: readonly WireMark[] = [];
  let markedEver = 0;

  const mark = (kind: WireMarkKind): void => {
    markedEver += 1;
    marks = [...marks, { id: markedEver, kind, at: Date.now() }].slice(-KEPT_MARKS);
    for (const listener of listeners) listener();
  };

  class WatchedSocket extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('open', () => mark('opened'));
      this.addEventListener('message', () => mark('heard'));
      this.addEventListener('close', () => mark('lost'));
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      mark(isPing(data) ? 'ping' : 'sent');
      super.send(data);
    }

    override close(code?: number, reason?: string): void {
      mark('let-go');
      super.close(code, reason);
    }
  }

  return {
    WebSocket: WatchedSocket,
    mark,
    read: () => marks,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isPing(data: unknown): boolean {
  return typeof data === 'string' && data.includes('"event":"ping"');
}

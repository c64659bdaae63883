/** How is one socket opened, used and let go? The only place that touches a `WebSocket`. */
import type { AttemptTarget, Frame } from '../protocols/protocol.ts';
import type { WebSocketConstructor, WebSocketLike } from '../types.ts';

export interface SocketListener {
  opened(): void;
  frame(frame: Frame): void;
  closed(close: { readonly code: number; readonly reason: string; readonly wasClean: boolean }): void;
}

export interface Link {
  /** Whether the frame was handed to the socket. */
  send(frame: Frame): 'sent' | 'refused';
  /** Bytes that were handed over and have not left. */
  waiting(): number;
  /** What has become of them since this was last asked. */
  outbound(): 'clear' | 'moving' | 'stalled';
  /** Lets go at once: no listener is called again, and the socket's own close, which may take 30 s, is not awaited. */
  close(code: number, reason: string): void;
}

interface CloseEventLike {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly wasClean?: unknown;
}

const OPEN = 1;
const CLOSED = 3;

/** No close frame came, so there is nothing to say (RFC 6455, 7.1.5). */
const ABNORMAL = 1006;

/** One call, one socket. Throws what the constructor throws, and nothing afterwards. */
export function openSocket(
  WebSocket: WebSocketConstructor,
  target: AttemptTarget,
  listener: SocketListener,
): Link {
  const socket: WebSocketLike = new WebSocket(target.url, [...target.protocols]);
  // Its handlers are taken off as well; this is for a callback that somebody has kept.
  let hold: 'held' | 'let-go' = 'held';
  let mourning: ReturnType<typeof setTimeout> | undefined;
  const letGo = (): void => {
    hold = 'let-go';
    clearTimeout(mourning);
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
  };

  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    if (hold === 'let-go') return;
    listener.opened();
  };
  socket.onmessage = (event: { readonly data: Frame }) => {
    if (hold === 'held') listener.frame(event.data);
  };
  const onClose = (event?: CloseEventLike): void => {
    if (hold === 'let-go') return;
    letGo();
    listener.closed({
      code: typeof event?.code === 'number' ? event.code : ABNORMAL,
      reason: event?.reason ? String(event.reason) : '',
      wasClean: event?.wasClean === true,
    });
  };
  socket.onclose = onClose;
  // A close follows, but for one: what a page's security policy blocks is closed without a word (Chromium), and some
  // web views are as silent. The handler stays for good: `ws` throws an error that nobody listens for.
  socket.onerror = () => {
    if (hold === 'held' && socket.readyState === CLOSED) mourning ??= setTimeout(onClose, 0);
  };

  /** As it was after the last send: only less than this means that something has left. */
  let waitingBefore = 0;
  let movement: 'moved' | 'still' = 'still';
  const waiting = (): number => (socket.bufferedAmount > 0 ? socket.bufferedAmount : 0);
  const look = (): number => {
    const now = waiting();
    if (now < waitingBefore) movement = 'moved';
    return now;
  };

  return {
    waiting,
    outbound() {
      waitingBefore = look();
      const moved = movement;
      movement = 'still';
      if (waitingBefore === 0) return 'clear';
      return moved === 'moved' ? 'moving' : 'stalled';
    },
    send(frame) {
      if (socket.readyState !== OPEN) return 'refused';
      look();
      const result = trySend(socket, frame);
      waitingBefore = waiting();
      return result;
    },
    close(code, reason) {
      letGo();
      try {
        socket.close(code, reason);
      } catch {
        // It is let go all the same.
      }
    },
  };
}

function trySend(socket: WebSocketLike, frame: Frame): 'sent' | 'refused' {
  try {
    socket.send(frame);
    return 'sent';
  } catch {
    return 'refused';
  }
}

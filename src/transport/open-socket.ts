/** How is one socket opened, used and let go? The only place that touches a `WebSocket`. */
import type { AttemptTarget, Frame } from '../protocols/protocol.ts';
import type { WebSocketConstructor } from '../types.ts';

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
  /** What is wrong with what was seen since this was last asked: nothing came in, or nothing left that waits to. */
  trouble(): 'silent' | 'stuck' | undefined;
  /** Lets go at once: no listener is called again, and the socket's own close, which may take 30 s, is not awaited. */
  close(code: number, reason: string): void;
}

/** As an odd socket may fill it in. */
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
  const socket = new WebSocket(target.url, [...target.protocols]);
  /** Until it is let go. Its handlers are taken off then; this is for a callback that somebody has kept. */
  let held: SocketListener | undefined = listener;
  let mourning: ReturnType<typeof setTimeout> | undefined;
  let isSilent = true;
  /** Bytes, over the life of the socket. */
  let handedOver = 0;
  let leftBefore = 0;

  const letGo = (): void => {
    held = undefined;
    clearTimeout(mourning);
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
  };

  socket.binaryType = 'arraybuffer';
  socket.onopen = () => held?.opened();
  socket.onmessage = ({ data }: { readonly data: Frame }) => {
    isSilent = false;
    held?.frame(data);
  };
  const onClose = (event?: CloseEventLike | null): void => {
    const last = held;
    letGo();
    const { code, reason, wasClean } = event ?? {};
    last?.closed({
      code: typeof code === 'number' ? code : ABNORMAL,
      reason: reason ? String(reason) : '',
      wasClean: wasClean === true,
    });
  };
  socket.onclose = onClose;
  // A close follows, but for one: what a page's security policy blocks is closed without a word (Chromium), and some
  // web views are as silent. The handler stays for good: `ws` throws an error that nobody listens for.
  socket.onerror = () => {
    if (held && socket.readyState === CLOSED) mourning ??= setTimeout(onClose, 0);
  };

  const waiting = (): number => socket.bufferedAmount;

  return {
    waiting,
    trouble() {
      const left = handedOver - waiting();
      const isStuck = waiting() > 0 && left === leftBefore;
      const found = isSilent ? 'silent' : isStuck ? 'stuck' : undefined;
      isSilent = true;
      leftBefore = left;
      return found;
    },
    send(frame) {
      if (socket.readyState !== OPEN) return 'refused';
      const before = waiting();
      try {
        socket.send(frame);
        return 'sent';
      } catch {
        return 'refused';
      } finally {
        handedOver += waiting() - before;
      }
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

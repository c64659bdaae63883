/** How is one socket opened, used and let go? The only place that touches a `WebSocket`. */
import type { AttemptTarget, Frame } from '../protocols/protocol.ts';
import type { WebSocketConstructor, WebSocketLike } from '../types.ts';

export interface SocketListener {
  /** The opening frames are on their way, before anything else can be. */
  opened(): void;
  frame(frame: Frame): void;
  closed(close: { readonly code: number; readonly reason: string; readonly wasClean: boolean }): void;
}

export interface Link {
  /** Whether the frame was handed to the socket. */
  send(frame: Frame): 'sent' | 'refused';
  /** Lets go at once: no listener is called again, and the socket's own close, which may take 30 s, is not awaited. */
  close(code: number, reason: string): void;
}

const OPEN = 1;

/** One call, one socket. Throws what the constructor throws. */
export function openSocket(
  WebSocket: WebSocketConstructor,
  target: AttemptTarget,
  listener: SocketListener,
): Link {
  const socket: WebSocketLike = new WebSocket(target.url, [...target.protocols]);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    for (const frame of target.opening) socket.send(frame);
    listener.opened();
  };
  socket.onmessage = (event: { readonly data: Frame }) => listener.frame(event.data);
  socket.onclose = (event: {
    readonly code: number;
    readonly reason: unknown;
    readonly wasClean: boolean;
  }) => {
    detach(socket);
    listener.closed({ code: event.code, reason: String(event.reason), wasClean: event.wasClean });
  };
  // A close always follows. The handler stays for good: `ws` throws an error that nobody listens for.
  socket.onerror = () => {};

  return {
    send(frame) {
      if (socket.readyState !== OPEN) return 'refused';
      socket.send(frame);
      return 'sent';
    },
    close(code, reason) {
      detach(socket);
      socket.close(code, reason);
    },
  };
}

function detach(socket: WebSocketLike): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
}

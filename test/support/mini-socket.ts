/** A socket for tests that deliver frames synchronously: it opens by itself, and accepts everything. */
import type { WebSocketConstructor } from 'everwire/core';

export interface MiniSocket {
  readonly WebSocket: WebSocketConstructor;
  /** Resolves when the first socket is open. */
  readonly isOpen: Promise<void>;
  /** Delivers a frame to the newest socket, before it returns. */
  deliver(message: unknown): void;
}

type Handler = ((event: unknown) => void) | null;

export function createMiniSocket(): MiniSocket {
  let deliver: (frame: string) => void = () => undefined;
  let opened: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => {
    opened = resolve;
  });
  class Socket {
    binaryType = 'blob';
    readyState = 0;
    readonly bufferedAmount = 0;
    onopen: Handler = null;
    onmessage: Handler = null;
    onerror: Handler = null;
    onclose: Handler = null;
    constructor() {
      deliver = (data) => this.onmessage?.({ data });
      setTimeout(() => {
        this.readyState = 1;
        this.onopen?.({});
        opened();
      });
    }
    send(): void {}
    close(): void {}
  }
  return { WebSocket: Socket, isOpen, deliver: (message) => deliver(JSON.stringify(message)) };
}

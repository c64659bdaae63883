/** A WebSocket that opens by itself and does nothing else. A test extends it with what its server or network does. */
import type { Frame, WebSocketLike } from 'everwire/core';

export class BareSocket implements WebSocketLike {
  binaryType = '';
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: Frame[] = [];
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: never) => unknown) | null = null;
  onerror: ((event: never) => unknown) | null = null;
  onclose: ((event: never) => unknown) | null = null;

  constructor() {
    setTimeout(() => {
      this.readyState = 1;
      this.onopen?.({} as never);
    });
  }

  send(frame: Frame): void {
    this.sent.push(frame);
  }

  close(): void {
    this.readyState = 3;
  }

  /** Delivers a message of the server, as JSON, before it returns. */
  receive(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) } as never);
  }
}

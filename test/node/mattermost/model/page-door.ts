/** A WebSocket class for a model without a network: it follows a browser's rules, in virtual time. */
import type { MattermostModel, Upgraded } from './server.ts';

/** The outcome of a handshake. */
export type Handshake = 'accept' | 'refuse' | 'stall';

export interface PageDoor {
  readonly WebSocket: PageSocketClass;
  readonly sockets: readonly PageSocket[];
  /** What handlers threw. A page reports it, and continues. */
  readonly uncaught: readonly unknown[];
  /** The codes with which the client closed open sockets. */
  readonly closedWith: readonly (number | undefined)[];
  handshake: Handshake;
}

type Handler<Payload> = ((event: Payload) => void) | null;

export interface CloseLike {
  readonly type: 'close';
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

export interface PageSocket {
  readonly url: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  binaryType: string;
  onopen: Handler<{ readonly type: 'open' }>;
  onmessage: Handler<{ readonly type: 'message'; readonly data: string }>;
  onerror: Handler<{ readonly type: 'error' }>;
  onclose: Handler<CloseLike>;
  send(data: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
}

export interface PageSocketClass {
  new (url: string, protocols?: string[]): PageSocket;
  readonly OPEN: 1;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** In one direction. The same for every frame, so that their order is kept. */
const LATENCY_MS = 5;

export function createPageDoor(model: MattermostModel): PageDoor {
  const sockets: PageSocket[] = [];
  const uncaught: unknown[] = [];
  const closedWith: (number | undefined)[] = [];

  const callHandler = <Payload>(handler: Handler<Payload>, event: Payload): void => {
    try {
      handler?.(event);
    } catch (thrown) {
      uncaught.push(thrown);
    }
  };

  class Socket implements PageSocket {
    static readonly OPEN = OPEN;
    readonly url: string;
    readonly bufferedAmount = 0;
    binaryType = 'blob';
    readyState: number = CONNECTING;
    onopen: PageSocket['onopen'] = null;
    onmessage: PageSocket['onmessage'] = null;
    onerror: PageSocket['onerror'] = null;
    onclose: PageSocket['onclose'] = null;
    #server: Upgraded | null = null;

    constructor(url: string) {
      this.url = url;
      sockets.push(this);
      later(() => this.#arrive());
    }

    send(data: string | ArrayBuffer): void {
      if (this.readyState === CONNECTING) throw new DOMException('Still connecting.', 'InvalidStateError');
      if (this.readyState !== OPEN) return;
      later(() => this.#server?.receive(String(data)));
    }

    close(code?: number): void {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
        throw new DOMException('Not a code for a page.', 'InvalidAccessError');
      }
      if (this.readyState >= CLOSING) return;
      const wasOpen = this.readyState === OPEN;
      this.readyState = CLOSING;
      if (!wasOpen) return later(() => this.#end(1006, true));
      closedWith.push(code);
      later(() => {
        this.#server?.gone();
        later(() => this.#end(code ?? 1005));
      });
    }

    #arrive(): void {
      if (this.readyState !== CONNECTING || door.handshake === 'stall') return;
      if (door.handshake === 'refuse') return later(() => this.#end(1006, true));
      later(() => {
        if (this.readyState !== CONNECTING) return;
        this.readyState = OPEN;
        callHandler(this.onopen, { type: 'open' });
      });
      this.#server = model.upgrade(this.url, {
        send: (frame) =>
          later(() => {
            // A frame that arrives while the socket is closing does not reach the page.
            if (this.readyState === OPEN) callHandler(this.onmessage, { type: 'message', data: frame });
          }),
        close: (code) => later(() => this.#end(code ?? 1005)),
        cut: () => later(() => this.#end(1006)),
      });
    }

    #end(code: number, failed = false): void {
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSED;
      this.#server?.gone();
      if (failed) callHandler(this.onerror, { type: 'error' });
      callHandler(this.onclose, { type: 'close', code, reason: '', wasClean: code !== 1006 });
    }
  }

  const door: PageDoor = { WebSocket: Socket, sockets, uncaught, closedWith, handshake: 'accept' };
  return door;
}

function later(task: () => void): void {
  setTimeout(task, LATENCY_MS);
}

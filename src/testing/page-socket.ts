/** Makes the in-page door: a `WebSocket` class that keeps a browser's rules and reaches the server without a network. */

import { checkPageClose, utf8Length } from './close-rules.ts';
import type { Arrive, ClientEnd, ServerEnd } from './door.ts';
import { isSameEndpoint, readAddress, readProtocols } from './page-address.ts';
import { type CloseFacts, createCloseEvent, createHandlerSlots } from './socket-events.ts';
import type { Frame } from './types.ts';
import { createUplink } from './uplink.ts';

/** What the door needs to know of its server. */
export interface PageDoorOptions {
  readonly url: string;
  readonly drainBytesPerMs: number;
  readonly arrive: Arrive;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** Makes the class of one server. That it is assignable to the return type is checked by the compiler. */
export function createPageWebSocket(door: PageDoorOptions): typeof globalThis.WebSocket {
  return class PageWebSocket extends EventTarget implements WebSocket {
    static readonly CONNECTING = CONNECTING;
    static readonly OPEN = OPEN;
    static readonly CLOSING = CLOSING;
    static readonly CLOSED = CLOSED;
    readonly CONNECTING = CONNECTING;
    readonly OPEN = OPEN;
    readonly CLOSING = CLOSING;
    readonly CLOSED = CLOSED;

    readonly url: string;
    readonly extensions = '';
    #binaryType: BinaryType = 'blob';
    #readyState: 0 | 1 | 2 | 3 = CONNECTING;
    /** Null until the handshake has succeeded. */
    #protocol: string | null = null;
    readonly #origin: string;
    readonly #handlers = createHandlerSlots(this);
    readonly #uplink = createUplink(door.drainBytesPerMs);
    readonly #server: ServerEnd;
    // Reading a Blob takes time; what is sent after it must not overtake it.
    #outbox: Promise<void> | null = null;

    constructor(url: string | URL, protocols?: string | string[]) {
      super();
      this.url = readAddress(url);
      this.#origin = new URL(this.url).origin;
      const offered = readProtocols(protocols);
      const address = isSameEndpoint(this.url, door.url) ? 'ours' : 'unknown';
      this.#server = door.arrive(
        { door: 'page', url: this.url, protocols: offered, address },
        this.#clientEnd(),
      );
    }

    get readyState(): 0 | 1 | 2 | 3 {
      return this.#readyState;
    }

    get protocol(): string {
      return this.#protocol ?? '';
    }

    get bufferedAmount(): number {
      return this.#uplink.bufferedAmount;
    }

    get binaryType(): BinaryType {
      return this.#binaryType;
    }

    // An enumeration of the platform: any other value is ignored.
    set binaryType(type: BinaryType) {
      if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type;
    }

    get onopen(): WebSocket['onopen'] {
      return this.#handlers.get('open');
    }

    set onopen(handler: WebSocket['onopen']) {
      this.#handlers.set('open', handler);
    }

    get onmessage(): WebSocket['onmessage'] {
      return this.#handlers.get('message');
    }

    set onmessage(handler: WebSocket['onmessage']) {
      this.#handlers.set('message', handler);
    }

    get onerror(): WebSocket['onerror'] {
      return this.#handlers.get('error');
    }

    set onerror(handler: WebSocket['onerror']) {
      this.#handlers.set('error', handler);
    }

    get onclose(): WebSocket['onclose'] {
      return this.#handlers.get('close');
    }

    set onclose(handler: WebSocket['onclose']) {
      this.#handlers.set('close', handler);
    }

    send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      if (this.#readyState === CONNECTING) {
        throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
      }
      const content = readContent(data);
      const bytes = sizeOf(content);
      if (this.#readyState === OPEN) this.#send(bytes, content);
      else this.#uplink.discard(bytes);
    }

    close(code?: number, reason?: string): void {
      const text = wellFormed(reason === undefined ? '' : String(reason));
      // Chromium reads a missing code before a reason as 0, which is then refused.
      const wanted = code === undefined && reason === undefined ? null : clampedShort(Number(code));
      checkPageClose(wanted, text);
      if (this.#readyState === CLOSING || this.#readyState === CLOSED) return;
      const state = this.#readyState;
      this.#readyState = CLOSING;
      if (state === CONNECTING) this.#server.abort();
      else this.#uplink.push(0, () => this.#inOrder(() => this.#server.close(wanted, text)));
    }

    #send(bytes: number, content: Frame | Blob): void {
      this.#uplink.push(bytes, () => {
        if (content instanceof Blob) {
          const reading = content.arrayBuffer();
          this.#later(async () => this.#server.receive(await reading));
        } else {
          this.#inOrder(() => this.#server.receive(content));
        }
      });
    }

    #inOrder(task: () => void): void {
      if (this.#outbox === null) task();
      else this.#later(task);
    }

    #later(task: () => void | Promise<void>): void {
      const outbox = (this.#outbox ?? Promise.resolve()).then(task).finally(() => {
        if (this.#outbox === outbox) this.#outbox = null;
      });
      this.#outbox = outbox;
    }

    #clientEnd(): ClientEnd {
      return {
        open: (protocol) => {
          if (this.#readyState !== CONNECTING) return false;
          this.#readyState = OPEN;
          this.#protocol = protocol;
          this.dispatchEvent(new Event('open'));
          return true;
        },
        refuse: () => this.#end(ABNORMAL_CLOSE),
        receive: (frame) => {
          if (this.#readyState !== OPEN) return;
          this.dispatchEvent(
            new MessageEvent('message', { data: this.#present(frame), origin: this.#origin }),
          );
        },
        close: (code, reason) => this.#end({ code: code ?? 1005, reason, wasClean: true }),
        cut: () => this.#end(ABNORMAL_CLOSE),
        pause: () => undefined,
        resume: () => undefined,
        isLive: () => true,
      };
    }

    #present(frame: Frame): string | ArrayBuffer | Blob {
      if (typeof frame === 'string') return frame;
      // Each client has bytes of its own: it may transfer or change them.
      return this.#binaryType === 'blob' ? new Blob([frame]) : frame.slice(0);
    }

    #end(facts: CloseFacts): void {
      this.#readyState = CLOSED;
      this.#uplink.stop();
      this.#server.gone();
      // For a browser a link that breaks is not an error; only a handshake can fail.
      if (this.#protocol === null) this.dispatchEvent(new Event('error'));
      this.dispatchEvent(createCloseEvent(facts));
    }
  };
}

const ABNORMAL_CLOSE: CloseFacts = { code: 1006, reason: '', wasClean: false };

// `unsigned short` with [Clamp], as Chromium has it: Web IDL would round where it cuts.
function clampedShort(value: number): number {
  return Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, 0), 65_535));
}

function readContent(data: string | ArrayBufferLike | Blob | ArrayBufferView): Frame | Blob {
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).buffer;
  }
  if (typeof data === 'object' && data instanceof Blob) return data;
  if (isBuffer(data)) return new Uint8Array(new Uint8Array(data)).buffer;
  return wellFormed(String(data));
}

// By its tag and not by its class: in jsdom a page's buffers are not of the realm's own class.
function isBuffer(data: unknown): data is ArrayBufferLike {
  return /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(data));
}

function sizeOf(content: Frame | Blob): number {
  if (typeof content === 'string') return utf8Length(content);
  return content instanceof Blob ? content.size : content.byteLength;
}

// A lone surrogate can't travel as UTF-8: a browser sends U+FFFD in its place.
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\u{FFFD}');
}

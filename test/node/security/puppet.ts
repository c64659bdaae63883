/** A socket class whose server is the test itself: it speaks no protocol, and sends what the test says. */
import type { Frame, WebSocketConstructor, WebSocketLike } from 'everwire/core';

/** One socket, from the server's side. */
export interface Puppet {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: readonly Frame[];
  /** `held` while the client keeps it, else the code with which the client closed it. */
  readonly fate: 'held' | number;
  accept(): void;
  /** Ends the handshake as a browser reports every failure. */
  refuse(): void;
  /** Sends one frame: text and bytes unchanged, anything else as JSON. */
  say(message: unknown): void;
  hangUp(code: number, reason?: string): void;
}

export interface Puppets {
  readonly WebSocket: WebSocketConstructor;
  readonly made: readonly Puppet[];
  /** The newest socket. */
  readonly last: Puppet;
}

/** Calls `script` for each socket as soon as it is made. */
export function createPuppets(script: (puppet: Puppet) => void = () => undefined): Puppets {
  const made: Puppet[] = [];

  class PuppetSocket implements WebSocketLike, Puppet {
    binaryType = 'blob';
    readyState = 0;
    readonly bufferedAmount = 0;
    onopen: ((event: never) => unknown) | null = null;
    onmessage: ((event: never) => unknown) | null = null;
    onerror: ((event: never) => unknown) | null = null;
    onclose: ((event: never) => unknown) | null = null;
    readonly sent: Frame[] = [];
    fate: Puppet['fate'] = 'held';
    readonly url: string;
    readonly protocols: readonly string[];

    constructor(url: string, protocols: string[] = []) {
      this.url = url;
      this.protocols = protocols;
      made.push(this);
      script(this);
    }

    send(frame: Frame): void {
      if (this.readyState === 0) throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
      if (this.readyState === 1) this.sent.push(frame);
    }

    /** Follows a browser's rules: a page may use few codes. */
    close(code?: number): void {
      if (code !== 1000 && !(code !== undefined && code >= 3000 && code <= 4999)) {
        throw new DOMException(`No page may close with ${code}.`, 'InvalidAccessError');
      }
      if (this.readyState > 1) return;
      this.fate = code;
      this.readyState = 2;
    }

    accept(): void {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.onopen?.({} as never);
    }

    refuse(): void {
      this.onerror?.({ type: 'error' } as never);
      this.#end({ code: 1006, reason: '', wasClean: false });
    }

    say(message: unknown): void {
      if (this.readyState !== 1) return;
      const isFrame = typeof message === 'string' || message instanceof ArrayBuffer;
      this.onmessage?.({ data: isFrame ? message : JSON.stringify(message) } as never);
    }

    hangUp(code: number, reason = ''): void {
      this.#end({ code, reason, wasClean: true });
    }

    #end(facts: object): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.onclose?.(facts as never);
    }
  }

  return {
    WebSocket: PuppetSocket,
    made,
    get last() {
      const last = made.at(-1);
      if (last === undefined) throw new Error('No socket was made.');
      return last;
    },
  };
}

/**
 * A socket that behaves as in a browser, by the standard: what `close` and `send` throw, what happens asynchronously,
 * how long CLOSING may take. Callbacks of a detached socket are still called, as by an engine that had queued them.
 */
import type { WebSocketConstructor } from 'everwire/core';
import type { Callee, Caller, ModelServer } from './model-server.ts';
import type { Page } from './page.ts';
import type { VirtualTime } from './virtual-time.ts';
import { createLane, type Lane } from './wire.ts';

export interface SocketFacts {
  readonly url: string;
  readonly madeAtMs: number;
  readonly openedAtMs: number | null;
  /** The code with which the client closed it. */
  readonly closedWith: number | null;
  readonly readyState: number;
  /** How the other side ended it, or the network; null if the client did. */
  readonly endedWith: { readonly code: number; readonly wasClean: boolean } | null;
  /** When the client knew of its end, or closed it. */
  readonly endedAtMs: number | null;
  /** Until then a frame is under way that was sent before. */
  readonly busyUntilMs: number;
  /** When a frame last reached the page. The opening counts. */
  readonly heardAtMs: number;
  readonly frames: number;
  readonly hasHandlers: boolean;
  /** The client does not want it any more, and closes it when it has opened: a browser warns about one that is closed before. */
  readonly isLeft: boolean;
  /** Since when nothing moves; null while frames can pass. */
  readonly stalledSinceMs: number | null;
  /** When it last moved again. */
  readonly flowedAtMs: number;
  readonly lastPing: { readonly atMs: number; readonly framesBefore: number } | null;
  /** Whether an answer to a ping reached the page. */
  readonly hasPong: boolean;
  /** The frames passed to send(), without pings. */
  readonly sent: readonly string[];
}

export interface Sockets {
  readonly WebSocket: WebSocketConstructor;
  /** Connecting or open, and not closed or left by the client. */
  readonly live: readonly SocketFacts[];
  /** Left, and not closed yet. */
  readonly leaving: readonly SocketFacts[];
  readonly all: readonly SocketFacts[];
  readonly maxLive: number;
  /** Makes the link half-open: nothing moves, in either direction. */
  stall(): boolean;
  /** Ends the stall. `dies`: the link stays dead, and both ends finally learn of it. */
  endStall(how: 'flows' | 'dies'): void;
  /** Makes the live socket's buffer look full, or no longer. */
  clog(bytes: number): void;
  /** Calls the remaining callbacks of sockets that the client has detached. Returns how many were called. */
  callDetached(): number;
}

export interface SocketsOptions {
  readonly latencyMs: number;
  readonly onConstructed: (socket: SocketFacts) => void;
  readonly onOpen: (socket: SocketFacts) => void;
  /** The client closes. Called before anything else happens. */
  readonly onClose: (socket: SocketFacts, code: number) => void;
  /** A frame is about to be delivered to the page. */
  readonly onFrame: (socket: SocketFacts, frame: unknown) => void;
  readonly onSend: (frame: string) => void;
  /** Runs around a callback of a detached socket. */
  readonly aroundDetached: (call: () => void) => void;
}

type Handler = ((event: unknown) => void) | null;
type Name = 'open' | 'message' | 'error' | 'close';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** Chrome waits this long for the other side's close frame. */
const CLOSING_MS = 30_000;
const READ_DEADLINE_MS = 100_000;
const MAX_REASON_BYTES = 123;

export function createSockets(
  time: VirtualTime,
  page: Page,
  server: ModelServer,
  options: SocketsOptions,
): Sockets {
  const all: FakeSocket[] = [];
  let maxLive = 0;

  const notClosed = (): FakeSocket[] =>
    all.filter(({ readyState, closedWith }) => readyState <= OPEN && closedWith === null);
  const live = (): FakeSocket[] => notClosed().filter(({ isLeft }) => !isLeft);

  class FakeSocket implements SocketFacts {
    readonly url: string;
    readyState = CONNECTING;
    binaryType = 'blob';
    readonly madeAtMs = time.nowMs;
    openedAtMs: number | null = null;
    closedWith: number | null = null;
    endedWith: SocketFacts['endedWith'] = null;
    endedAtMs: number | null = null;
    heardAtMs = time.nowMs;
    frames = 0;
    stalledSinceMs: number | null = null;
    flowedAtMs = time.nowMs;
    lastPing: SocketFacts['lastPing'] = null;
    hasPong = false;
    readonly sent: string[] = [];
    clogged = 0;
    readonly kept: Record<Name, Handler> = { open: null, message: null, error: null, close: null };
    readonly #handlers: Record<Name, Handler> = { open: null, message: null, error: null, close: null };
    readonly #pings = new Set<unknown>();
    readonly #toClient: Lane = createLane(time, options.latencyMs);
    readonly #toServer: Lane = createLane(time, options.latencyMs);
    #callee: Callee | null = null;
    #buffered = 0;
    #isForsaken = false;

    constructor(url: string, protocols: string[] = []) {
      const address = new URL(url);
      if (!/^wss?:$/.test(address.protocol) || address.hash !== '') throw named('SyntaxError');
      if (new Set(protocols).size !== protocols.length) throw named('SyntaxError');
      this.url = url;
      all.push(this);
      maxLive = Math.max(maxLive, live().length);
      options.onConstructed(this);
      const caller = this.#caller(protocols);
      this.#toServer.push(() => {
        if (this.readyState === CONNECTING) this.#callee = server.arrive(caller);
      });
    }

    get busyUntilMs(): number {
      return this.#toClient.busyUntilMs;
    }
    get bufferedAmount(): number {
      return this.#buffered + this.clogged;
    }
    get hasHandlers(): boolean {
      const { open, message, close } = this.#handlers;
      return open !== null || message !== null || close !== null;
    }
    get isLeft(): boolean {
      return this.kept.message !== null && this.#handlers.message === null;
    }
    set onopen(handler: Handler) {
      this.#set('open', handler);
    }
    set onmessage(handler: Handler) {
      this.#set('message', handler);
    }
    set onerror(handler: Handler) {
      this.#set('error', handler);
    }
    set onclose(handler: Handler) {
      this.#set('close', handler);
    }

    send(frame: string): void {
      if (this.readyState === CONNECTING) throw named('InvalidStateError');
      if (this.readyState !== OPEN) return;
      options.onSend(frame);
      this.#note(frame);
      this.#buffered += frame.length;
      this.#toServer.push(() => {
        this.#buffered -= frame.length;
        this.#callee?.receive(frame);
      });
    }

    close(code?: number, reason = ''): void {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
        throw named('InvalidAccessError');
      }
      if (new TextEncoder().encode(reason).length > MAX_REASON_BYTES) throw named('SyntaxError');
      if (this.readyState >= CLOSING) return;
      options.onClose(this, code ?? 1005);
      this.closedWith = code ?? 1005;
      this.endedAtMs ??= time.nowMs;
      const wasConnecting = this.readyState === CONNECTING;
      this.readyState = CLOSING;
      if (wasConnecting) {
        time.later(options.latencyMs, () => this.#callee?.gone());
        time.later(0, () => this.#end(1006, '', false));
        return;
      }
      this.#toServer.push(() => {
        this.#callee?.gone();
        this.#toClient.push(() => this.#end(this.closedWith ?? 1005, reason, true));
      });
      time.later(CLOSING_MS, () => this.#end(1006, '', false));
    }

    stall(): void {
      if (this.stalledSinceMs !== null || this.readyState === CLOSED) return;
      const sinceMs = time.nowMs;
      this.stalledSinceMs = sinceMs;
      this.#toClient.stall();
      this.#toServer.stall();
      time.later(READ_DEADLINE_MS, () => {
        if (this.stalledSinceMs !== sinceMs) return;
        this.#isForsaken = true;
        this.#callee?.gone();
        this.#toServer.cut();
      });
    }

    flow(how: 'flows' | 'dies'): void {
      if (this.stalledSinceMs === null) return;
      this.stalledSinceMs = null;
      this.flowedAtMs = time.nowMs;
      // A server that has given up the link answers the next packet with a reset.
      if (how === 'dies' || this.#isForsaken) return this.#break('lost');
      this.#toClient.flow();
      this.#toServer.flow();
      this.#callee?.flowing();
    }

    callDetached(): void {
      const { open, message, close } = this.kept;
      options.aroundDetached(() => {
        open?.({ type: 'open' });
        message?.({ type: 'message', data: '{"event":"ghost","data":null,"seq":1}' });
        close?.({ type: 'close', code: 1006, reason: '', wasClean: false });
      });
    }

    #caller(protocols: readonly string[]): Caller {
      const socket = this;
      return {
        url: this.url,
        protocols,
        accept: () => this.#toClient.push(() => this.#opened()),
        refuse: () => this.#toClient.push(() => this.#end(1006, '', false)),
        send: (frame, costMs) => this.#toClient.push(() => this.#message(frame), costMs),
        close: (code, reason) => this.#toClient.push(() => this.#end(code ?? 1005, reason, true)),
        cut: (underWay) => this.#break(underWay),
        stall: () =>
          this.#toClient.push(() => {
            this.stall();
            this.#isForsaken = true;
          }),
        get stuck() {
          return socket.#toClient.stuck;
        },
      };
    }

    #break(underWay: 'lost' | 'arrives'): void {
      this.#callee?.gone();
      this.#toServer.cut();
      if (underWay === 'arrives') {
        this.#toClient.push(() => this.#end(1006, '', false));
        return;
      }
      this.#toClient.cut();
      time.later(options.latencyMs, () => this.#end(1006, '', false));
    }

    #opened(): void {
      page.run(() => {
        if (this.readyState !== CONNECTING) return;
        this.readyState = OPEN;
        this.openedAtMs = time.nowMs;
        this.heardAtMs = time.nowMs;
        options.onOpen(this);
        this.#tell('open', { type: 'open' });
      });
    }

    #message(frame: unknown): void {
      page.run(() => {
        if (this.readyState === OPEN) {
          this.heardAtMs = time.nowMs;
          this.frames += 1;
          this.#readPong(frame);
          options.onFrame(this, frame);
        }
        if (this.readyState !== CLOSED) this.#tell('message', { type: 'message', data: frame });
      });
    }

    /** Runs once: after an unclean close, a clean one, or a long CLOSING, at the first of these. */
    #end(code: number, reason: string, wasClean: boolean): void {
      page.run(() => {
        if (this.readyState === CLOSED) return;
        const failed = this.openedAtMs === null;
        if (this.closedWith === null) this.endedWith = { code, wasClean };
        this.endedAtMs ??= time.nowMs;
        this.readyState = CLOSED;
        this.#toClient.cut();
        this.#toServer.cut();
        if (failed) this.#tell('error', { type: 'error' });
        this.#tell('close', { type: 'close', code, reason, wasClean });
      });
    }

    #tell(name: Name, event: object): void {
      if (this.closedWith === null) return this.#handlers[name]?.(event);
      options.aroundDetached(() => (this.#handlers[name] ?? this.kept[name])?.(event));
    }

    #set(name: Name, handler: Handler): void {
      this.#handlers[name] = handler;
      if (handler !== null) this.kept[name] = handler;
    }

    #note(frame: string): void {
      const { event, action, seq } = JSON.parse(frame) as Record<string, unknown>;
      if ((event ?? action) !== 'ping') return void this.sent.push(frame);
      this.#pings.add(seq);
      this.lastPing = { atMs: time.nowMs, framesBefore: this.frames };
    }

    #readPong(frame: unknown): void {
      if (typeof frame !== 'string' || !frame.startsWith('{"seq_reply":')) return;
      if (this.#pings.has((JSON.parse(frame) as { seq_reply: unknown }).seq_reply)) this.hasPong = true;
    }
  }

  return {
    WebSocket: FakeSocket as unknown as WebSocketConstructor,
    get live() {
      return live();
    },
    get leaving() {
      return notClosed().filter(({ isLeft }) => isLeft);
    },
    get all() {
      return all;
    },
    get maxLive() {
      return maxLive;
    },
    stall() {
      const socket = live().at(-1);
      if (socket === undefined || socket.stalledSinceMs !== null) return false;
      socket.stall();
      return true;
    },
    endStall(how) {
      for (const socket of all) socket.flow(how);
    },
    clog(bytes) {
      for (const socket of all) socket.clogged = 0;
      const socket = live().at(-1);
      if (socket !== undefined) socket.clogged = bytes;
    },
    callDetached() {
      const ghosts = all.filter(({ closedWith, readyState }) => closedWith !== null || readyState === CLOSED);
      for (const ghost of ghosts.slice(-3)) ghost.callDetached();
      return Math.min(ghosts.length, 3);
    },
  };
}

function named(name: string): Error {
  return new DOMException(`${name} of a browser`, name);
}

/** Opens, uses and closes one socket. The only file that touches a `WebSocket`. */
import { Observable } from 'rxjs';
import type { AttemptTarget, Frame, InboundFrame } from '../protocols/protocol.ts';
import type { WebSocketConstructor } from '../types.ts';
import { inAct } from './act.ts';

export type SocketEvent =
  | { readonly type: 'opened'; readonly link: Link }
  | { readonly type: 'closed'; readonly close: SocketClose };

export interface SocketClose {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/**
 * `sent`: the frame was passed to the socket. `refused`: the socket is not open any more. An object: the open socket threw
 * this, and would throw it again.
 */
export type SendOutcome = 'sent' | 'refused' | { readonly thrown: unknown };

export interface Link {
  /** The subprotocol that the server selected; `''` if none. */
  readonly subprotocol: string;
  send(frame: Frame): SendOutcome;
  /** Bytes that were passed to the socket and have not left it. */
  bufferedBytes(): number;
  /** What has moved since the last call. `silent`: nothing was received. `stuck`: nothing left the buffer, and it is not empty. */
  checkFlow(): 'flowing' | 'silent' | 'stuck';
  /** Time since the last frame; ms. The first call starts the measurement, so that links without one do not pay for it. */
  silentMs(): number;
  /** Detaches from the socket and closes it, without waiting for its close event, which can take 30 s. */
  close(code: number, reason: string): void;
}

/** Fields may be missing: not every environment fills them in. */
interface CloseEventLike {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly wasClean?: unknown;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** The connection ended without a close frame (RFC 6455, 7.1.5). */
const ABNORMAL_CLOSURE = 1006;

/**
 * One subscription is one socket. Emits `opened`, then `closed`, and completes; errors with what the constructor throws.
 * Unsubscribing detaches from the socket and closes it: at once if it is open, else as soon as it has opened, because
 * browsers warn about a socket that is closed before. `patienceMs` is asked then, and says how long that may take. Frames go
 * to `onFrame` directly, so that none needs a wrapper.
 */
export function openSocket(
  WebSocket: WebSocketConstructor,
  target: AttemptTarget,
  onFrame: (frame: InboundFrame) => void,
  patienceMs: () => number,
): Observable<SocketEvent> {
  return new Observable((subscriber) => {
    const socket = new WebSocket(target.url, [...(target.protocols ?? [])]);
    /** `detached`: no callback of the socket counts any more. */
    let phase: 'attached' | 'detached' | 'closing' = 'attached';
    let missingCloseTimer: ReturnType<typeof setTimeout> | undefined;
    let isSilent = true;
    /** When the last frame arrived; undefined: nobody has asked. */
    let lastFrameAt: number | undefined;
    /** Bytes passed to the socket, over its whole life. */
    let passedBytes = 0;
    let leftBytesBefore = 0;

    // React Native's has none.
    const bufferedBytes = (): number => Number(socket.bufferedAmount) || 0;

    const detach = (): void => {
      phase = 'detached';
      clearTimeout(missingCloseTimer);
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
    };

    const onClose = inAct((event?: CloseEventLike | null): void => {
      // Its handlers are removed, but other code may have kept a reference to one.
      if (phase !== 'attached') return;
      detach();
      const { code, reason, wasClean } = event ?? {};
      const close = {
        code: typeof code === 'number' ? code : ABNORMAL_CLOSURE,
        reason: reason ? String(reason) : '',
        wasClean: wasClean === true,
      };
      subscriber.next({ type: 'closed', close });
      subscriber.complete();
    });

    const close: Link['close'] = (code, reason) => {
      if (phase === 'closing') return;
      detach();
      phase = 'closing';
      try {
        socket.close(code, reason);
      } catch {
        // It is detached anyway.
      }
    };

    const link: Link = {
      get subprotocol() {
        return socket.protocol ?? '';
      },
      bufferedBytes,
      checkFlow() {
        const leftBytes = passedBytes - bufferedBytes();
        const isStuck = bufferedBytes() > 0 && leftBytes === leftBytesBefore;
        const flow = isSilent ? 'silent' : isStuck ? 'stuck' : 'flowing';
        isSilent = true;
        leftBytesBefore = leftBytes;
        return flow;
      },
      silentMs() {
        const now = Date.now();
        // Later than now: the clock was set back.
        if (lastFrameAt === undefined || lastFrameAt > now) lastFrameAt = now;
        return now - lastFrameAt;
      },
      send(frame) {
        if (socket.readyState !== OPEN) return 'refused';
        const before = bufferedBytes();
        try {
          // Every WebSocket takes views too. Its declared type differs between versions of TypeScript.
          socket.send(frame as InboundFrame);
          return 'sent';
        } catch (thrown) {
          // Some sockets close while they are asked to send.
          return socket.readyState === OPEN ? { thrown } : 'refused';
        } finally {
          passedBytes += bufferedBytes() - before;
        }
      },
      close,
    };

    socket.binaryType = 'arraybuffer';
    socket.onopen = inAct(() => {
      if (phase === 'attached') subscriber.next({ type: 'opened', link });
    });
    socket.onmessage = inAct(({ data }: { readonly data: InboundFrame }) => {
      isSilent = false;
      if (lastFrameAt !== undefined) lastFrameAt = Date.now();
      if (phase === 'attached') onFrame(data);
    });
    socket.onclose = onClose;
    // A close event follows, except where a page's security policy blocks the socket (Chromium), and in some web views.
    // This handler is never removed: `ws` throws an error that has no listener.
    socket.onerror = () => {
      if (phase === 'attached' && socket.readyState === CLOSED) missingCloseTimer ??= setTimeout(onClose, 0);
    };

    return () => {
      const waitMs = phase === 'attached' && socket.readyState === CONNECTING ? patienceMs() : 0;
      if (waitMs <= 0) return close(NORMAL_CLOSURE, '');
      detach();
      const leave = (): void => {
        clearTimeout(timer);
        close(NORMAL_CLOSURE, '');
      };
      const timer = setTimeout(leave, waitMs);
      socket.onopen = leave;
      socket.onclose = leave;
    };
  });
}

const NORMAL_CLOSURE = 1000;

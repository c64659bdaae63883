/** One attempt: asks for the url and the token, opens the socket, and watches over its link until the attempt ends. */
import { Subscription } from 'rxjs';
import type { OwnCode } from '../../connection/states.ts';
import { failure, WebSocketServiceError } from '../../errors.ts';
import type { InboundFrame, LinkCodec } from '../../protocols/protocol.ts';
import { type Link, openSocket, type SocketClose, type SocketEvent } from '../../transport/open-socket.ts';
import type { TokenReason } from '../../types.ts';
import type { ResolvedConfig } from '../config/config.ts';
import { oneLine } from '../reporting/redactor.ts';
import { type FoundTarget, findTarget } from './attempt-target.ts';
import { createLinkReader, type LinkReader, type ReaderParts } from './link-reader.ts';

export interface Attempt {
  readonly number: number;
  /** Everything that lives as long as the attempt: the token question, the socket, the heartbeat, the uptime timer. */
  readonly lifetime: Subscription;
  /** Undefined until the socket is open. */
  readonly link: Link | undefined;
  /** What writes the frames of the link. Undefined without one. */
  readonly codec: LinkCodec | undefined;
  /** With which it was made. */
  readonly token: string | undefined;
  /** Opens the socket. Call after the attempt has dispatched `prepared`. */
  open(): void;
  /** Checks whether the link is alive. */
  probe(): void;
  /** The config may have changed. */
  followConfig(): void;
  /** Closes the socket with this code and ends the attempt. It dispatches nothing afterwards. */
  end(code: number, reason: string): void;
}

/** The connection ended without a close frame (RFC 6455, 7.1.5). */
const ABNORMAL_CLOSURE = 1006;

/** Starts an attempt by asking for the url and the token. Dispatches `prepared` or `prepare-failed`, now or later. */
export function startAttempt(
  number: number,
  tokenReason: TokenReason,
  config: ResolvedConfig,
  parts: ReaderParts,
): Attempt {
  const { active, lifecycle, sequence, reporter, runInTurn, nextId } = parts;
  const lifetime = new Subscription();
  // The link keeps the protocol object with which it began: another one of the same name knows nothing of its state.
  const { protocol, auth } = config;
  let found: FoundTarget | undefined;
  let link: Link | undefined;
  let reader: LinkReader | undefined;

  const fail = (error: WebSocketServiceError, verdict: 'retry' | 'reject'): void =>
    lifecycle.dispatch({ type: 'prepare-failed', attempt: number, error, verdict });

  const abandon = (code: OwnCode, reason: string, silentMs: number): void =>
    lifecycle.dispatch({ type: 'abandon', attempt: number, code, reason, silentMs });

  const onClosed = (close: SocketClose): void => {
    // Not cut here: it is cleaned of secrets first, where it is shown.
    const reason = oneLine(close.reason);
    // In its turn: an answer that came before the close is read by then.
    runInTurn(() => {
      const justSent = reader?.onClosed(close.code);
      lifecycle.step({ type: 'closed', attempt: number, close: { ...close, reason }, justSent });
    });
  };

  const onSocketEvent = (event: SocketEvent): void => {
    switch (event.type) {
      case 'opened':
        return runInTurn(() => onOpened(event.link));
      case 'closed':
        return onClosed(event.close);
      default:
        event satisfies never;
    }
  };

  const onSocketRefused = (thrown: unknown): void => {
    // The environment's own message quotes the address, and with it the token.
    const name = thrown instanceof Error ? thrown.name : 'Error';
    fail(failure('invalid-config/refused-by-environment', { name }), 'reject');
  };

  const onOpened = (opened: Link): void => {
    if (lifetime.closed || found === undefined) return;
    link = opened;
    // Nothing is said on it.
    if (isProbe) return lifecycle.step({ type: 'probed', attempt: number });
    sequence.onOpen();
    const { target, token } = found;
    // Before anything else can be sent. An answer from inside send() waits for the end of this turn.
    for (const frame of target.opening ?? []) link.send(frame);
    const { resume } = facts;
    const linkFacts = { auth, token, resume, signal: controller.signal };
    try {
      reader = createLinkReader({ link, protocol, target, facts: linkFacts, abandon, onClosed }, parts);
    } catch (thrown) {
      reporter.thrown("The protocol's open", thrown);
      return onClosed({ code: ABNORMAL_CLOSURE, reason: '', wasClean: false });
    }
    lifetime.add(reader.stop);
    lifecycle.step({ type: 'opened', attempt: number });
    reader.begin();
  };

  const onFrame = (frame: InboundFrame): void => runInTurn(() => reader?.receive(frame));

  const controller = new AbortController();
  lifetime.add(() => controller.abort());
  const resume = sequence.resumePoint();
  const isProbe = resume !== null && lifecycle.state.asksFor === 'nothing';
  const facts = {
    reason: tokenReason,
    signal: controller.signal,
    resume: isProbe ? null : resume,
    lastCloseCode: lifecycle.state.lossCode,
    nextId,
  };
  findTarget(config, facts, reporter, (result) => {
    // The attempt ended before the answer came.
    if (lifetime.closed) return;
    if (result instanceof WebSocketServiceError) return fail(result, 'retry');
    found = result;
    lifecycle.dispatch({ type: 'prepared', attempt: number });
  });

  return {
    number,
    lifetime,
    get link() {
      return link;
    },
    get codec() {
      return reader?.codec;
    },
    get token() {
      return found?.token;
    },
    open() {
      const { WebSocket, connectTimeout } = active.config ?? config;
      if (found === undefined) return;
      // Not the date: the clock may be set back meanwhile.
      const dueAt = performance.now() + connectTimeout;
      // A page that enters the back/forward cache can't take a socket along.
      const patienceMs = (): number =>
        lifecycle.state.phase === 'asleep' ? 0 : Math.max(dueAt - performance.now(), 0);
      const socket$ = openSocket(WebSocket, found.target, onFrame, patienceMs);
      lifetime.add(socket$.subscribe({ next: onSocketEvent, error: onSocketRefused }));
    },
    probe: () => reader?.probe(),
    followConfig: () => reader?.followConfig(),
    end(code, reason) {
      link?.close(code, reason);
      lifetime.unsubscribe();
    },
  };
}

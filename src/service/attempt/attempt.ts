/** One attempt: asks for the url and the token, opens the socket, and watches over its link until the attempt ends. */
import { Subscription } from 'rxjs';
import { type OwnCode, ownCodes } from '../../connection/states.ts';
import { failure, WebSocketServiceError } from '../../errors.ts';
import type { AttemptTarget, Frame, PayloadProblem } from '../../protocols/protocol.ts';
import type { SequenceTracker } from '../../stream/sequence.ts';
import { type Link, openSocket, type SocketEvent } from '../../transport/open-socket.ts';
import type { TokenReason } from '../../types.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Inbox, ValidFrame } from '../inbound/inbox.ts';
import type { LifecycleRunner } from '../lifecycle-runner.ts';
import { oneLine } from '../reporting/redactor.ts';
import { findTarget } from './attempt-target.ts';
import { type Heartbeat, type HeartbeatParts, startHeartbeat } from './heartbeat.ts';
import { readFrame } from './read-frame.ts';

/** What all attempts of a connection use. */
export interface AttemptParts extends HeartbeatParts {
  readonly lifecycle: LifecycleRunner;
  readonly sequence: SequenceTracker;
  readonly inbox: Inbox;
}

export interface Attempt {
  /** Everything that lives as long as the attempt: the token question, the socket, the heartbeat, the uptime timer. */
  readonly lifetime: Subscription;
  /** Undefined until the socket is open. */
  readonly link: Link | undefined;
  /** Opens the socket. Call after the attempt has dispatched `prepared`. */
  open(): void;
  /** Checks whether the link is alive. */
  probe(): void;
  /** The config may have changed. */
  followConfig(): void;
  /** Closes the socket with this code and ends the attempt. It dispatches nothing afterwards. */
  end(code: number, reason: string): void;
}

/** After this many malformed frames in a row, the link is replaced. */
const MAX_MALFORMED_FRAMES = 10;

/** The longest reason that a close frame can hold (RFC 6455, 5.5). */
const MAX_REASON_LENGTH = 123;

/** Starts an attempt by asking for the url and the token. Dispatches `prepared` or `prepare-failed`, now or later. */
export function startAttempt(
  number: number,
  tokenReason: TokenReason,
  config: ResolvedConfig,
  parts: AttemptParts,
): Attempt {
  const { active, lifecycle, sequence, inbox, reporter, runInTurn, nextId } = parts;
  const lifetime = new Subscription();
  let target: AttemptTarget | undefined;
  let link: Link | undefined;
  let heartbeat: Heartbeat | undefined;
  let malformedFrames = 0;
  let hasFrames = false;

  const fail = (error: WebSocketServiceError, verdict: 'retry' | 'reject'): void =>
    lifecycle.dispatch({ type: 'prepare-failed', attempt: number, error, verdict });

  const abandon = (code: OwnCode, reason: string): void =>
    lifecycle.dispatch({ type: 'abandon', attempt: number, code, reason });

  const onSocketEvent = (event: SocketEvent): void => {
    switch (event.type) {
      case 'opened':
        return runInTurn(() => onOpened(event.link));
      case 'closed': {
        const { close } = event;
        const reason = oneLine(close.reason).slice(0, MAX_REASON_LENGTH);
        return lifecycle.dispatch({ type: 'closed', attempt: number, close: { ...close, reason } });
      }
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
    if (lifetime.closed) return;
    link = opened;
    sequence.onOpen();
    // Before anything else can be sent. An answer from inside send() waits for the end of this turn.
    for (const frame of target?.opening ?? []) link.send(frame);
    lifecycle.step({ type: 'opened', attempt: number });
    const { protocol } = active.config ?? config;
    if (lifetime.closed || protocol.ping === undefined) return;
    heartbeat = startHeartbeat(link, protocol.answersPings, parts, () => hasFrames, abandon);
    lifetime.add(heartbeat.stop);
  };

  const onFrame = (frame: Frame): void => runInTurn(() => receive(frame));

  const receive = (frame: Frame): void => {
    const { config: current } = active;
    if (lifetime.closed || link === undefined || current === undefined) return;
    const decoded = readFrame(frame, current, reporter, onPayloadProblem);
    if (decoded.kind === 'malformed') {
      malformedFrames += 1;
      if (decoded.reason === 'bad-hello') sequence.onUnreadableHello();
      if (malformedFrames === MAX_MALFORMED_FRAMES) abandon(ownCodes.badFrames, 'too many malformed frames');
      return;
    }
    malformedFrames = 0;
    hasFrames = true;
    const isAnswer = noteAnswer(decoded);
    // Checked before the frame counts as proof of life: a server that refuses the token is not connected to us.
    if (isRefusal(decoded, isAnswer)) {
      return abandon(ownCodes.unauthorized, 'the server does not accept the token');
    }
    lifecycle.proveLife();
    if ('answer' in decoded && decoded.answer !== undefined) link.send(decoded.answer);
    if (inbox.accept(decoded, current) === 'resume') abandon(ownCodes.gap, 'events are missing');
  };

  /** Passes an answer to a ping on to the heartbeat. Returns whether the frame is one. */
  const noteAnswer = (decoded: ValidFrame): boolean => {
    switch (decoded.kind) {
      case 'reply':
      case 'pong':
        return heartbeat?.onAnswer(decoded.id) ?? false;
      case 'event':
        return decoded.isPong === true && (heartbeat?.onAnswer(null) ?? false);
      case 'hello':
      case 'ignored':
        return false;
      default:
        decoded satisfies never;
        return false;
    }
  };

  /** Whether the server says that it does not know us: in the reply to our token, or to a ping. */
  const isRefusal = (decoded: ValidFrame, isAnswer: boolean): boolean =>
    decoded.kind === 'reply' &&
    decoded.result.status === 'failed' &&
    (decoded.id === target?.authId || (isAnswer && decoded.result.cause === 'unauthorized'));

  /** A microtask later: a field may be read while React renders, when nothing may be reported. */
  const onPayloadProblem = ({ event, field }: PayloadProblem): void =>
    queueMicrotask(() => reporter.fail('invalid-payload/field', { event, field }));

  const controller = new AbortController();
  lifetime.add(() => controller.abort());
  const facts = {
    reason: tokenReason,
    signal: controller.signal,
    resume: sequence.resumePoint(),
    lastCloseCode: lifecycle.state.lossCode,
    nextId,
  };
  findTarget(config, facts, reporter, (found) => {
    // The attempt ended before the answer came.
    if (lifetime.closed) return;
    if (found instanceof WebSocketServiceError) return fail(found, 'retry');
    target = found;
    lifecycle.dispatch({ type: 'prepared', attempt: number });
  });

  return {
    lifetime,
    get link() {
      return link;
    },
    open() {
      const { WebSocket } = active.config ?? config;
      if (target === undefined) return;
      const socket$ = openSocket(WebSocket, target, onFrame);
      lifetime.add(socket$.subscribe({ next: onSocketEvent, error: onSocketRefused }));
    },
    probe: () => heartbeat?.probe(),
    followConfig: () => heartbeat?.followConfig(),
    end(code, reason) {
      link?.close(code, reason);
      lifetime.unsubscribe();
    },
  };
}

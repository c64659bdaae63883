/** A frame came in: what happens to it? Decoded, checked against the sequence, noted, handed out. */
import type { Subject } from 'rxjs';
import { WebSocketServiceError } from '../errors.ts';
import type { Decoded, Frame, MalformedReason, PayloadProblem, ReplyResult } from '../protocols/protocol.ts';
import type { LatestEvents } from '../store/latest-events.ts';
import type { EventRouter } from '../stream/router.ts';
import type { SequenceTracker, SequenceVerdict } from '../stream/sequence.ts';
import type { FrameScheduler } from '../transport/frame-scheduler.ts';
import type { ConnectionStore, IWebSocketEvent, MissedEvents } from '../types.ts';
import type { ResolvedConfig } from './config.ts';
import type { Redactor } from './redactor.ts';
import type { Reporter } from './reporter.ts';
import type { RequestTable } from './request-table.ts';

export interface InboxParts {
  readonly store: ConnectionStore;
  readonly latest: LatestEvents;
  readonly scheduler: FrameScheduler;
  readonly router: EventRouter;
  readonly sequence: SequenceTracker;
  readonly requests: RequestTable;
  readonly missed: Subject<MissedEvents>;
  readonly redactor: Redactor;
  readonly reporter: Reporter;
  /** A valid frame has come: told before it is handed out. */
  readonly onValid: () => void;
  readonly answer: (frame: Frame) => void;
  /** A reply that is for us and not for the user: `refused` where it says that the server no longer knows us. */
  readonly onReply: (id: number | null, result: ReplyResult | null) => 'fine' | 'refused';
  /** Another session: perhaps another server. */
  readonly onNewSession: () => void;
  /** The server may still have what is missing. */
  readonly onGap: () => void;
  /** Too many malformed frames in a row. */
  readonly onHopeless: () => void;
}

export interface Inbox {
  accept(frame: Frame, config: ResolvedConfig): void;
  /** A new link starts with a clean record. */
  linkLost(): void;
}

/** This many malformed frames in a row, and the two sides have lost each other. */
const MAX_BAD_FRAMES = 10;

export function createInbox(parts: InboxParts): Inbox {
  const { store, latest, scheduler, router, sequence, requests, missed, redactor, reporter } = parts;
  let badFrames = 0;

  const decode = (frame: Frame, length: number | null, config: ResolvedConfig): Decoded => {
    if (length === null) return { kind: 'malformed', reason: 'binary' };
    if (length > config.maxFrameLength) return { kind: 'malformed', reason: 'too-long' };
    try {
      const decoded: Decoded | undefined = config.protocol.decode(frame, reportPayload);
      if (decoded === undefined) throw new TypeError('it returned nothing');
      return decoded;
    } catch (thrown) {
      reporter.thrown("The protocol's decode", thrown);
      return { kind: 'malformed', reason: 'not-json' };
    }
  };

  /** A microtask later: a field may be read while React renders, when nobody may be told anything. */
  const reportPayload = ({ event, field }: PayloadProblem): void =>
    queueMicrotask(() => reporter.error(unreadable(event, field)));

  const rejectFrame = (reason: MalformedReason, length: number | null): void => {
    badFrames += 1;
    reporter.error(
      new WebSocketServiceError(
        'malformed-frame',
        `A frame was left out, because ${malformedWords[reason]}.`,
        {
          details: { reason, length },
        },
      ),
    );
    if (reason === 'bad-hello') sequence.greetedUnreadably();
    if (badFrames === MAX_BAD_FRAMES) parts.onHopeless();
  };

  const deliver = (event: IWebSocketEvent): void => {
    latest.record(event);
    scheduler.schedule(latest.commit);
    router.deliver(event);
  };

  const follow = (verdict: SequenceVerdict, event: IWebSocketEvent): void => {
    switch (verdict.action) {
      case 'deliver':
        if (verdict.missed !== null) missed.next(verdict.missed);
        if (verdict.before !== undefined) deliver(verdict.before);
        return deliver(event);
      case 'drop':
        return reporter.log('debug', 'An event that had been seen already was dropped.', { seq: event.seq });
      case 'resume':
        return parts.onGap();
      default:
        verdict satisfies never;
    }
  };

  const greet = (event: IWebSocketEvent, connectionId: string | null): void => {
    const verdict = sequence.greet(event, connectionId);
    const shown = store.getState();
    if (shown.connectionId !== sequence.connectionId) {
      // What came before belongs to the session before: a reader must not see the two mixed.
      scheduler.flush();
      latest.endSession();
      parts.onNewSession();
      const { connectionId: id } = sequence;
      if (id !== null) redactor.learn(id, 'id');
      shown.setConnectionState(shown.status, { connectionId: id, lastEventId: null });
    }
    follow(verdict, event);
  };

  return {
    accept(frame, config) {
      const length = lengthOf(frame);
      const decoded = decode(frame, length, config);
      if (decoded.kind === 'malformed') return rejectFrame(decoded.reason, length);
      badFrames = 0;
      // Before it counts as proof of life: a server that answers "who are you?" is not connected to us.
      const reply = replyOf(decoded);
      if (reply !== null && parts.onReply(reply.id, reply.result) === 'refused') return;
      parts.onValid();
      if ('answer' in decoded && decoded.answer !== undefined) parts.answer(decoded.answer);
      switch (decoded.kind) {
        case 'event':
          if (sequence.isNext(decoded.event.seq)) deliver(decoded.event);
          else follow(sequence.judge(decoded.event), decoded.event);
          return;
        case 'hello':
          return greet(decoded.event, decoded.connectionId);
        case 'reply':
          return requests.settle(decoded.id, () => redactor.cleanReply(decoded.result));
        case 'pong':
        case 'ignored':
          return;
        default:
          decoded satisfies never;
      }
    },
    linkLost() {
      badFrames = 0;
    },
  };
}

function unreadable(event: string, field: string): WebSocketServiceError {
  return new WebSocketServiceError(
    'invalid-payload',
    `The field "${field}" of "${event}" could not be read, and is left undefined. The server has written it wrongly.`,
    { details: { event, field } },
  );
}

function replyOf(
  decoded: Decoded,
): { readonly id: number | null; readonly result: ReplyResult | null } | null {
  if (decoded.kind === 'reply') return decoded;
  if (decoded.kind === 'pong') return { id: decoded.id, result: null };
  return decoded.kind === 'event' && decoded.isPong ? { id: null, result: null } : null;
}

const malformedWords: Readonly<Record<MalformedReason, string>> = {
  'not-json': 'it is not JSON',
  'not-an-object': 'it is JSON, but not an object',
  'no-event-name': 'it has no event name',
  'unsafe-seq': 'its seq is not a safe whole number from 0',
  'bad-hello': 'its hello has no usable connection_id',
  binary: 'it is binary, which this protocol does not speak',
  'too-long': 'it is longer than maxFrameLength',
};

/** Null for what is no frame: a socket that ignores `binaryType` hands out Blobs, and one of a test anything. */
function lengthOf(frame: unknown): number | null {
  if (typeof frame === 'string') return frame.length;
  const { byteLength } = (frame ?? {}) as { readonly byteLength?: unknown };
  return typeof byteLength === 'number' ? byteLength : null;
}

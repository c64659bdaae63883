/** A frame came in: what happens to it? Decoded, checked against the sequence, noted, handed out. */
import { type OwnCode, ownCodes } from '../connection/lifecycle.ts';
import type { Decoded, Frame, MalformedReason, PayloadProblem, ReplyResult } from '../protocols/protocol.ts';
import type { LatestEvents } from '../store/latest-events.ts';
import type { Channel } from '../stream/channel.ts';
import type { SequenceTracker, SequenceVerdict } from '../stream/sequence.ts';
import type { FrameScheduler } from '../transport/frame-scheduler.ts';
import type { IWebSocketEvent } from '../types.ts';
import type { Breaks } from './breaks.ts';
import type { ResolvedConfig } from './config.ts';
import type { Gate } from './gate.ts';
import { handValid } from './payload.ts';
import type { Reporter } from './reporter.ts';
import type { Traffic } from './traffic.ts';

export interface InboxParts {
  readonly latest: LatestEvents;
  readonly scheduler: FrameScheduler;
  readonly events: Channel<IWebSocketEvent>;
  readonly sequence: SequenceTracker;
  readonly breaks: Breaks;
  readonly gate: Gate;
  readonly traffic: Channel<Traffic>;
  readonly reporter: Reporter;
  /** A valid frame has come: told before it is handed out. */
  readonly onValid: () => void;
  readonly answer: (frame: Frame) => void;
  /** Whether a reply or pong says that the server no longer knows us. */
  readonly isRefusal: (id: number | null, result?: ReplyResult) => boolean;
  readonly settle: (id: number, result: ReplyResult) => void;
  /** A hello has come: perhaps another session. */
  readonly showSession: () => void;
  /** Nothing good comes over this link any more. */
  readonly abandon: (code: OwnCode, reason: string) => void;
}

export interface Inbox {
  accept(frame: Frame, config: ResolvedConfig): void;
  /** A new link starts with a clean record. */
  linkLost(): void;
}

/** This many malformed frames in a row, and the two sides have lost each other. */
const MAX_BAD_FRAMES = 10;

export function createInbox(parts: InboxParts): Inbox {
  const { latest, scheduler, events, sequence, breaks, gate, reporter } = parts;
  let badFrames = 0;

  const decode = (
    frame: Frame,
    length: number | null,
    { protocol, maxFrameLength }: ResolvedConfig,
  ): Decoded => {
    if (length === null) return { kind: 'malformed', reason: 'binary' };
    if (length > maxFrameLength) return { kind: 'malformed', reason: 'too-long' };
    try {
      const decoded: Decoded | undefined = protocol.decode(frame, reportPayload);
      if (decoded === undefined) throw new TypeError('it returned nothing');
      return decoded;
    } catch (thrown) {
      reporter.thrown("The protocol's decode", thrown);
      return { kind: 'malformed', reason: 'not-json' };
    }
  };

  /** A microtask later: a field may be read while React renders, when nobody may be told anything. */
  const reportPayload = ({ event, field }: PayloadProblem): void =>
    queueMicrotask(() => reporter.fail('invalid-payload/field', { event, field }));

  const reject = (reason: MalformedReason, length: number | null): void => {
    badFrames += 1;
    reporter.fail('malformed-frame', { reason, length });
    if (reason === 'bad-hello') sequence.greetedUnreadably();
    if (badFrames === MAX_BAD_FRAMES) parts.abandon(ownCodes.badFrames, 'too many malformed frames');
  };

  const hand = (event: IWebSocketEvent): void => {
    latest.record(event);
    scheduler.schedule(latest.commit);
    events.next(event, event.event);
  };

  const skip = (event: IWebSocketEvent): void => {
    latest.skip(event);
    scheduler.schedule(latest.commit);
  };

  const payloads = { gate, reporter, hand, skip };

  const deliver = (event: IWebSocketEvent, config: ResolvedConfig): void =>
    gate.pass(() => handValid(event, config, payloads));

  const follow = (verdict: SequenceVerdict, event: IWebSocketEvent, config: ResolvedConfig): void => {
    if (verdict === 'drop') {
      parts.traffic.next({ type: 'duplicate', event });
      return reporter.log('debug', 'An event that had been seen already was dropped.', { seq: event.seq });
    }
    if (verdict === 'resume') return parts.abandon(ownCodes.gap, 'events are missing');
    if (verdict.missed) breaks.tell(verdict.missed);
    if (verdict.before) deliver(verdict.before, config);
    deliver(event, config);
  };

  return {
    accept(frame, config) {
      const length = lengthOf(frame);
      const decoded = decode(frame, length, config);
      if (decoded.kind === 'malformed') return reject(decoded.reason, length);
      badFrames = 0;
      // Before it counts as proof of life: a server that answers "who are you?" is not connected to us.
      if (decoded.kind === 'reply' && parts.isRefusal(decoded.id, decoded.result)) return;
      if (decoded.kind === 'pong') parts.isRefusal(decoded.id);
      if (decoded.kind === 'event' && decoded.isPong) parts.isRefusal(null);
      parts.onValid();
      if ('answer' in decoded && decoded.answer !== undefined) parts.answer(decoded.answer);
      switch (decoded.kind) {
        case 'event':
          return follow(sequence.judge(decoded.event), decoded.event, config);
        case 'hello': {
          const verdict = sequence.greet(decoded.event, decoded.connectionId);
          parts.showSession();
          return follow(verdict, decoded.event, config);
        }
        case 'reply':
          return parts.settle(decoded.id, decoded.result);
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

/** Null for what is no frame: a socket that ignores `binaryType` hands out Blobs, and one of a test anything. */
function lengthOf(frame: unknown): number | null {
  if (typeof frame === 'string') return frame.length;
  const { byteLength } = (frame ?? {}) as { readonly byteLength?: unknown };
  return typeof byteLength === 'number' ? byteLength : null;
}

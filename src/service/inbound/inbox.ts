/** Receives decoded frames: checks the sequence, delivers events, settles requests. */
import type { Decoded, ReplyResult } from '../../protocols/decoded.ts';
import type { EventStream } from '../../stream/event-stream.ts';
import type { SequenceTracker, SequenceVerdict } from '../../stream/sequence.ts';
import type { IWebSocketEvent, MissedEvents } from '../../types.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { Traffic } from '../traffic.ts';
import type { Delivery } from './delivery.ts';
import type { Inquiry, MissedEventsNotifier } from './missed-events.ts';

export interface InboxParts {
  readonly sequence: SequenceTracker;
  readonly delivery: Delivery;
  readonly notifier: MissedEventsNotifier;
  readonly traffic: EventStream<Traffic>;
  readonly reporter: Reporter;
  /** Settles the request with this id, or continues the stream. */
  readonly settle: (id: number, result: ReplyResult, more: boolean) => void;
  /** A new session has begun: its channels are joined again before the notice. */
  readonly inquire: (notice: MissedEvents) => Inquiry | undefined;
  /** An event was accepted. It may be held for a while before it is delivered. */
  readonly onAccepted: (event: IWebSocketEvent) => void;
}

export type ValidFrame = Exclude<Decoded, { kind: 'malformed' | 'unrecognised' }>;

export interface Inbox {
  /** Returns `resume` where events are missing that a resumed session would bring. `length`: of the frame. */
  accept(decoded: ValidFrame, config: ResolvedConfig, length: number): 'resume' | undefined;
}

export function createInbox(parts: InboxParts): Inbox {
  const { sequence, delivery, notifier, traffic, reporter, settle } = parts;

  /** Says which channel the event belongs to, if the app knows. */
  const placed = (event: IWebSocketEvent, { channels }: ResolvedConfig): IWebSocketEvent => {
    try {
      const channel = channels?.of?.(event as Parameters<typeof channels.of>[0]);
      return typeof channel === 'string' && channel !== '' ? { ...event, channel } : event;
    } catch (thrown) {
      reporter.thrown('The option channels.of', thrown);
      return event;
    }
  };

  const apply = (
    verdict: SequenceVerdict,
    event: IWebSocketEvent | undefined,
    config: ResolvedConfig,
    length: number,
  ): 'resume' | undefined => {
    if (verdict === 'resume') return verdict;
    if (verdict !== 'drop') {
      const { missed, before } = verdict;
      if (missed) notifier.notify(missed, missed.reason === 'gap' ? undefined : parts.inquire(missed));
      if (before) delivery.deliver(before, config, length);
      if (event === undefined) return undefined;
      const accepted = config.channels === undefined ? event : placed(event, config);
      parts.onAccepted(accepted);
      delivery.deliver(accepted, config, length);
    } else if (event) {
      traffic.next({ type: 'duplicate', event });
      reporter.log('debug', 'Dropped an event that was received before.', { seq: event.seq });
    }
    return undefined;
  };

  return {
    accept(decoded, config, length) {
      switch (decoded.kind) {
        case 'event':
          return apply(sequence.classify(decoded.event), decoded.event, config, length);
        case 'channel-event':
          return apply(sequence.classifyUnnumbered(decoded.event), decoded.event, config, length);
        case 'hello': {
          const verdict = sequence.onHello(decoded.event, decoded.connectionId);
          sequence.onPosition(decoded.position);
          delivery.publishSessionId(sequence.connectionId);
          return apply(verdict, decoded.event, config, length);
        }
        case 'reply': {
          const { result, more = false } = decoded;
          const id = Number(decoded.id);
          traffic.next({ type: 'reply', id, result });
          settle(id, result, more);
          return undefined;
        }
        case 'missed': {
          const { kind: _, expected = null, received = null, count = null, ...missed } = decoded;
          const { connectionId } = sequence;
          const session = { previousConnectionId: connectionId, connectionId };
          notifier.notify({ ...missed, expected, received, count, ...session });
          return undefined;
        }
        case 'closed':
        case 'pong':
        case 'ignored':
          return undefined;
        default:
          decoded satisfies never;
          return undefined;
      }
    },
  };
}

/** Receives decoded frames: checks the sequence, delivers events, settles requests. */
import type { Decoded } from '../../protocols/decoded.ts';
import type { EventStream } from '../../stream/event-stream.ts';
import type { SequenceTracker, SequenceVerdict } from '../../stream/sequence.ts';
import type { IWebSocketEvent } from '../../types.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Plugs } from '../connection.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { Traffic } from '../traffic.ts';
import type { Delivery } from './delivery.ts';
import type { MissedEventsNotifier } from './missed-events.ts';
import { placed } from './placed.ts';

export interface InboxParts {
  readonly sequence: SequenceTracker;
  readonly delivery: Delivery;
  readonly notifier: MissedEventsNotifier;
  readonly traffic: EventStream<Traffic>;
  readonly reporter: Reporter;
  readonly plugs: Plugs;
}

export type ValidFrame = Exclude<Decoded, { kind: 'malformed' | 'unrecognised' }>;

export interface Inbox {
  /** Returns `resume` where events are missing that a resumed session would bring. `length`: of the frame. */
  accept(decoded: ValidFrame, config: ResolvedConfig, length: number): 'resume' | undefined;
}

export function createInbox({ sequence, delivery, notifier, traffic, reporter, plugs }: InboxParts): Inbox {
  const apply = (
    verdict: SequenceVerdict,
    event: IWebSocketEvent | undefined,
    config: ResolvedConfig,
    length: number,
    seq?: number,
  ): 'resume' | undefined => {
    if (verdict === 'resume') return verdict;
    if (verdict !== 'drop') {
      const { missed, before } = verdict;
      if (missed) ((missed.reason !== 'gap' && plugs.channels) || notifier).notify(missed);
      if (before) delivery.deliver(before, config, length);
      if (event) {
        const accepted = placed(event, config, reporter);
        plugs.channels?.heard(accepted);
        delivery.deliver(accepted, config, length, seq);
      }
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
          return apply(sequence.classifyUnnumbered(decoded.event), decoded.event, config, length, -1);
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
          plugs.channels?.replied(id, result);
          plugs.sender?.settle(id, result, more);
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

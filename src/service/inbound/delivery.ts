/** Publishes accepted events, in order: schema, barrier, newest events, stream. */
import type { ConnectionStores } from '../../store/connection-store.ts';
import type { LatestEvents } from '../../store/latest-events.ts';
import { channelKey } from '../../stream/channel-key.ts';
import type { EventStream } from '../../stream/event-stream.ts';
import type { FrameScheduler } from '../../transport/frame-scheduler.ts';
import type { IWebSocketEvent } from '../../types.ts';
import type { ResolvedConfig } from '../config/config.ts';
import { schemaOf } from '../config/schemas.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { DeliveryBarrier, DeliveryStep } from './delivery-barrier.ts';
import type { MissedEventsNotifier } from './missed-events.ts';
import { validateAndPublish } from './validate-payload.ts';

export interface DeliveryParts {
  readonly barrier: DeliveryBarrier;
  readonly notifier: MissedEventsNotifier;
  readonly events: EventStream<IWebSocketEvent>;
  readonly latest: LatestEvents;
  /** The same for channels, by `channelKey`. */
  readonly latestOfChannels: LatestEvents;
  readonly scheduler: FrameScheduler;
  readonly stores: ConnectionStores;
  readonly reporter: Reporter;
  /** Written here when a session starts or ends. */
  readonly serverSession: ServerSession;
}

/** What is known about the session that the server keeps for us. */
export interface ServerSession {
  /** Its `connection_id`, if the server sent one. */
  id: string | null;
  /** Whether it has answered a ping, over all links of the session. The heartbeat writes it. */
  hasAnsweredPing: boolean;
  /** Links in a row that missed a pong, or a beat, perhaps behind a large frame: the network may be slow, in any session. */
  slowLinks: number;
}

export interface Delivery {
  /**
   * Publishes an event, or holds it behind the ones before it. `length`: of its frame. `seq`: its number in the session, if that
   * is not its own.
   */
  deliver(event: IWebSocketEvent, config: ResolvedConfig, length: number, seq?: number): void;
  /** Publishes a new session id, after the last event of the previous session. */
  publishSessionId(id: string | null): void;
  /** Drops what is held. The caller publishes the end of the session. */
  endSession(): void;
  /** Drops what is held and clears what is shown: it belongs to another user or url. */
  clear(): void;
}

export function createDelivery(parts: DeliveryParts): Delivery {
  const { barrier, notifier, events, latest, scheduler, stores, reporter, serverSession } = parts;
  const { latestOfChannels } = parts;

  const replaceSession = (id: string | null): void => {
    serverSession.id = id;
    serverSession.hasAnsweredPing = false;
  };

  const publish = (event: IWebSocketEvent, seq: number): void => {
    latest.record(event, seq);
    const key = event.channel && channelKey(event.channel, event.event);
    if (key) latestOfChannels.record(event, -1, key);
    events.next(event, event.event, key);
  };

  /** Runs the step, or holds it. What no longer fits is dropped, with everything that is held: it has to be fetched again. */
  const pass = (seq: number, length: number, limit: number, step: DeliveryStep): void => {
    if (!barrier.isOpen() && barrier.heldLength() + length > limit) {
      const isTooLong = length > limit;
      notifier.eventsDropped(barrier.dropEvents(), isTooLong ? [seq] : [], serverSession.id);
      if (isTooLong) return;
    }
    barrier.pass(step, { seq, length });
  };

  const payloadParts = { ...parts, publish, skip: latest.skip };

  return {
    deliver(event, { schemas, maxHeldBytes }, length, seq = event.seq) {
      const schema = schemaOf(schemas, event.event);
      if (!schema) {
        // The usual case: nothing to wait for, and no function to create for it.
        if (barrier.isOpen()) return publish(event, seq);
        return pass(seq, length, maxHeldBytes, () => {
          publish(event, seq);
          return undefined;
        });
      }
      pass(seq, length, maxHeldBytes, () => validateAndPublish(event, seq, schema, payloadParts));
    },
    publishSessionId(id) {
      if (id === serverSession.id) return;
      replaceSession(id);
      if (id !== null) reporter.learn(id, 'id');
      barrier.pass(() => {
        scheduler.flush();
        latest.endSession();
        stores.publish({ connectionId: id, lastEventId: null });
        return undefined;
      });
    },
    endSession() {
      replaceSession(null);
      serverSession.slowLinks = 0;
      barrier.clear();
      latest.endSession();
    },
    clear() {
      barrier.clear();
      scheduler.flush();
      latest.clear();
      latestOfChannels.clear();
    },
  };
}

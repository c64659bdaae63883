/** Composes one connection from its parts, and carries out the lifecycle's effects. */
import type { Observable } from 'rxjs';
import type { Effect } from '../connection/states.ts';
import type { ReplyResult } from '../protocols/protocol.ts';
import { createConnectionStores } from '../store/connection-store.ts';
import { createLatestEvents, type EventCell } from '../store/latest-events.ts';
import { createEventStream, type EventStream } from '../stream/event-stream.ts';
import { createSequenceTracker } from '../stream/sequence.ts';
import { createFrameScheduler } from '../transport/frame-scheduler.ts';
import type { Link } from '../transport/open-socket.ts';
import type { ConnectionStore, IWebSocketConfig, IWebSocketEvent, MissedEvents } from '../types.ts';
import { type Attempt, startAttempt } from './attempt/attempt.ts';
import type { ResolvedConfig } from './config/config.ts';
import type { ServicePolicy } from './config/policy.ts';
import { createDelivery } from './inbound/delivery.ts';
import { createDeliveryBarrier } from './inbound/delivery-barrier.ts';
import { createInbox } from './inbound/inbox.ts';
import { createMissedEventsNotifier } from './inbound/missed-events.ts';
import { createLifecycleRunner } from './lifecycle-runner.ts';
import type { Traffic } from './outbound/traffic.ts';
import { createRedactor } from './reporting/redactor.ts';
import { createReporter, type Reporter } from './reporting/reporter.ts';
import { createRunInTurn } from './run-in-turn.ts';
import { createSession, type SessionParts } from './session.ts';

/**
 * A connection as the provider, the hooks and the public service use it. A command that is given while something else
 * is being done takes effect after it.
 */
export interface Connection {
  readonly store: ConnectionStore;
  /** The store without the newest events, for readers that do not need them. */
  readonly stateStore: ConnectionStore;
  readonly events: Pick<EventStream<IWebSocketEvent>, 'all$' | 'named$'>;
  /** Every missed-events notice, before the first event after the break. */
  readonly missed$: Observable<MissedEvents>;
  /** Every notice when it is time to fetch again: up to `missedEventsJitter` later. */
  readonly missedDelayed$: Observable<MissedEvents>;
  /** Everything else that goes over the link, for the devtools. */
  readonly traffic: EventStream<Traffic>;
  readonly reporter: Reporter;
  /** The newest event of one name. */
  cell(name: string): EventCell;
  connect(config: IWebSocketConfig): void;
  /** Follows changed props; null: no connection is wanted now. Does not revive what was stopped by a command. */
  update(config: IWebSocketConfig | null): void;
  disconnect(): void;
  reconnect(): void;
  /** Disconnects for good and completes the streams. */
  dispose(): void;
  /** Cuts the link as a lost network would. */
  drop(): void;
  isConfigured(): boolean;
  /** Where a message can be sent now. */
  route(): Route;
  /** The next outgoing id. Ids grow for the connection's life, so that no reply can settle the wrong request. */
  nextId(): number;
  /** Plugs in the sending half, which is loaded only where it is imported. */
  setSender(sender: Sender): void;
  /** Runs a commit together with all others, as the option `batch` says. */
  scheduleCommit(commit: () => void): void;
  /** Number of the current session: grows when the user, the url or the protocol changes. */
  session(): number;
  /** Calls back when the session number grows. */
  onSessionReplaced(listener: () => void): () => void;
}

/** No config: no connection is wanted. No link: nothing can be sent now. */
export interface Route {
  readonly config?: ResolvedConfig | undefined;
  readonly link?: Link | undefined;
}

/** What a connection calls of the sending half. */
export interface Sender {
  /** Sends what was queued. */
  flush(): void;
  /** The link is gone, closed with `code`: no reply will come over it. */
  linkLost(code: number | null): void;
  clearQueue(): void;
  /** Settles the request with this id. */
  settle(id: number, result: ReplyResult): void;
}

/** Creates an idle connection: it does nothing, and listens to nothing, before it gets a config. */
export function createConnection(): Connection {
  const active: SessionParts['active'] = { config: undefined, policy: {} as ServicePolicy };
  const redactor = createRedactor();
  const reporter = createReporter(redactor, active);
  const runInTurn = createRunInTurn((thrown) => reporter.thrown('The service', thrown));
  const stores = createConnectionStores((thrown) => reporter.thrown('A subscriber of the store', thrown));
  const latest = createLatestEvents(stores);
  const scheduler = createFrameScheduler(runInTurn, () => active.config?.batch);
  const events = createEventStream<IWebSocketEvent>((thrown, names) =>
    reporter.thrown(names ? `A handler of "${names.join('", "')}"` : 'A subscriber of events$', thrown),
  );
  const traffic = createEventStream<Traffic>((thrown) => reporter.thrown('A watcher of the traffic', thrown));
  const sequence = createSequenceTracker();
  const barrier = createDeliveryBarrier(runInTurn);
  const notifier = createMissedEventsNotifier(active, barrier, reporter);
  const delivery = createDelivery({ barrier, events, latest, scheduler, stores, redactor, reporter });
  const settle: Sender['settle'] = (id, result) => sender?.settle(id, result);
  const inbox = createInbox({ sequence, delivery, notifier, traffic, reporter, settle });
  const lifecycle = createLifecycleRunner({ active, runInTurn, stores, scheduler, redactor, reporter }, run);
  const session = createSession({ active, lifecycle, delivery, redactor, reporter });

  let sender: Sender | undefined;
  let lastId = 0;
  const nextId = (): number => ++lastId;

  let attempt: Attempt | undefined;
  const attemptParts = {
    ...{ active, lifecycle, sequence, inbox, delivery, stores, redactor, reporter, runInTurn, nextId },
  };

  function run(effect: Effect): void {
    switch (effect.type) {
      case 'stop-timer':
        return lifecycle.stopTimer(effect.timer);
      case 'start-timer': {
        const timer = lifecycle.startTimer(effect.timer, effect.delayMs);
        if (effect.timer === 'uptime') attempt?.lifetime.add(timer);
        return;
      }
      case 'prepare':
        // If the session was given up, its id is cleared before the attempt begins.
        delivery.startSession(sequence.connectionId);
        if (active.config === undefined) return;
        attempt = startAttempt(effect.attempt, effect.tokenReason, active.config, attemptParts);
        return;
      case 'open-socket':
        return attempt?.open();
      case 'drop-link':
        attempt?.end(effect.code, effect.reason);
        attempt = undefined;
        sequence.linkLost();
        return sender?.linkLost(lifecycle.state.lossCode);
      case 'probe':
        return attempt?.probe();
      case 'suspect-session':
        return sequence.onClosedAtOnce(effect.how);
      case 'announce-connected': {
        const notice = sequence.onConnected();
        if (notice) notifier.notify(notice);
        return sender?.flush();
      }
      case 'clear-queue':
        return sender?.clearQueue();
      case 'end-session':
        sequence.endSession();
        return delivery.endSession();
      case 'report':
        return reporter.error(effect.error);
      default:
        effect satisfies never;
    }
  }

  /** While a command waits for its turn, nothing is sent over a link that may no longer be wanted. */
  let pendingCommands = 0;
  const command = (task: () => void): void => {
    pendingCommands += 1;
    runInTurn(() => {
      pendingCommands -= 1;
      task();
    });
  };

  return {
    store: stores.store,
    stateStore: stores.stateStore,
    reporter,
    events,
    missed$: notifier.missed$,
    missedDelayed$: notifier.missedDelayed$,
    traffic,
    cell: latest.cell,
    connect: (config) => command(() => session.configure(config, 'connect')),
    update: (config) => runInTurn(() => session.configure(config, 'update')),
    disconnect: () => command(() => lifecycle.step({ type: 'disconnect' })),
    reconnect: () => command(session.reconnect),
    dispose: () =>
      command(() => {
        session.dispose();
        events.complete();
        notifier.complete();
      }),
    drop() {
      const close = { code: 1006, reason: '', wasClean: false };
      lifecycle.dispatch({ type: 'closed', attempt: lifecycle.state.attempt, close });
    },
    isConfigured: () => active.config !== undefined,
    route() {
      const { phase } = lifecycle.state;
      if (pendingCommands > 0 || phase === 'stopped') return {};
      const { config } = active;
      return phase === 'connected' ? { config, link: attempt?.link } : { config };
    },
    nextId,
    setSender(theirs) {
      sender = theirs;
    },
    scheduleCommit: scheduler.schedule,
    session: () => session.number,
    onSessionReplaced: session.onReplaced,
  };
}

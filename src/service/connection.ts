/** Composes one connection from its parts, and carries out the lifecycle's effects. */
import type { ChannelState } from '../channel-types.ts';
import type { Effect, LifecycleState } from '../connection/states.ts';
import type { ReplyResult } from '../protocols/protocol.ts';
import type { RequestOptions, SendResult } from '../register.ts';
import { createConnectionStores } from '../store/connection-store.ts';
import { createLatestEvents, type EventCell } from '../store/latest-events.ts';
import { createEventStream, type EventStream } from '../stream/event-stream.ts';
import { createSequenceTracker, type SequenceTracker } from '../stream/sequence.ts';
import { createFrameScheduler } from '../transport/frame-scheduler.ts';
import type { ConnectionStore, IWebSocketEvent, MissedEvents } from '../types.ts';
import { type Attempt, startAttempt } from './attempt/attempt.ts';
import { createKnownServer, notePingRefusal, trustPings } from './attempt/known-server.ts';
import { createProtocolMemory } from './attempt/open-codec.ts';
import type { Channel } from './channels/membership.ts';
import type { ActiveConfig, ServicePolicy } from './config/active-config.ts';
import { createHolds, type Holds } from './holds.ts';
import { createDelivery, type Delivery } from './inbound/delivery.ts';
import { createDeliveryBarrier, type DeliveryBarrier } from './inbound/delivery-barrier.ts';
import { createInbox } from './inbound/inbox.ts';
import { createMissedEventsNotifier, type MissedEventsNotifier } from './inbound/missed-events.ts';
import { createLifecycleRunner, type LifecycleRunner } from './lifecycle-runner.ts';
import { createLinks, type Links } from './links.ts';
import type { copyData } from './outbound/copy-data.ts';
import { createReporter, type Reporter } from './reporting/reporter.ts';
import { createRunInTurn, type RunInTurn } from './run-in-turn.ts';
import { createSession, type Session, type SessionParts } from './session.ts';
import type { Shared, ShareInside } from './share.ts';
import type { Traffic } from './traffic.ts';

/** A connection as the provider, the hooks, the devtools and the public service use it. */
export interface Connection {
  readonly store: ConnectionStore;
  /** The store without the newest events, for readers that do not need them. */
  readonly stateStore: ConnectionStore;
  readonly events: EventStream<IWebSocketEvent>;
  /** Every missed-events notice, before the first event after the break. */
  readonly missed: EventStream<MissedEvents>;
  /** Every notice when it is time to fetch again: up to `missedEventsJitter` later. */
  readonly missedDelayed: EventStream<MissedEvents>;
  /** Everything else that goes over the link, for the devtools. */
  readonly traffic: EventStream<Traffic>;
  /** Each link, when it is known whether its session goes on. */
  readonly links: Links;
  readonly reporter: Reporter;
  /** The newest event of one name. */
  cell(name: string): EventCell;
  /** The newest event of a channel with one name, by `channelKey`. */
  channelCell(key: string): EventCell;
  /** Whose connection it is, and its config. */
  readonly session: Session;
  /** Who wants it. */
  readonly holds: Holds;
  /** Dispatches an event to the lifecycle. Its state is not exposed: it quotes what the server wrote. */
  readonly dispatch: LifecycleRunner['dispatch'];
  /** The same for a caller that has the turn. */
  readonly step: LifecycleRunner['step'];
  /** Runs a task when nothing else is being done. */
  readonly runInTurn: RunInTurn;
  /** The same for a task that may close the link: nothing is sent until it has run. */
  readonly runCommand: RunInTurn;
  hasCommands(): boolean;
  /** The config in force. A function, like the next ones, so that no token is found in the React context. */
  active(): ActiveConfig;
  /** Of the lifecycle. */
  phase(): LifecycleState['phase'];
  /** The attempt under way, its link included. */
  attempt(): Attempt | undefined;
  /** The next outgoing id. Ids grow for the connection's life, so that no reply can settle the wrong request. */
  nextId(): number;
  /** Undefined: the link is not shared. */
  shared(): Shared | undefined;
  /** What is bundled only if it is imported, and connects itself here. */
  readonly plugs: Plugs;
  /** What channels, and a relay, need of its inside. A function, so that no session id is found in the React context. */
  inside(): ConnectionInside;
  /** Runs a commit together with all others, as the option `batch` says. */
  scheduleCommit(commit: () => void): void;
}

export interface Plugs {
  /** The sending half. */
  sender?: Sender;
  channels?: ChannelsHalf;
}

export interface ConnectionInside {
  readonly sequence: SequenceTracker;
  readonly barrier: DeliveryBarrier;
  readonly notifier: MissedEventsNotifier;
  readonly delivery: Delivery;
}

/** What a connection calls of its channels. */
export interface ChannelsHalf {
  /** Every channel that a hook wants, or that the server may still know, by name. For the devtools, which only read it. */
  readonly entries: ReadonlyMap<string, { readonly channel: Channel; readonly shown: ChannelState }>;
  /** There is a link. Joins what has to be joined, before anything else is sent. Call it before the sequence knows. */
  linked(): void;
  /** The link is gone, closed with `code`. Call it before the sequence knows. */
  linkLost(code: number | null): void;
  /** The session is ended. Call it before what is held is dropped. */
  sessionEnded(): void;
  /** A new session has begun. Joins all channels, and publishes the notice once they are joined. */
  notify(notice: MissedEvents): void;
  /** An event was accepted. */
  heard(event: IWebSocketEvent): void;
  /** The server has replied to the message with this id. */
  replied(id: number, result: ReplyResult): void;
  followConfig(): void;
  /** Whether what is queued has to wait until channels are joined. */
  holdsQueue(): boolean;
}

/** What a connection calls of the sending half, and what channels do. */
export interface Sender {
  /** Like `send` and `request` of the service, to a channel. */
  sendTo(channel: string, event: string, data: unknown): SendResult;
  requestTo(channel: string, event: string, data: unknown, options: RequestOptions): Promise<unknown>;
  /** There is a link: sends what was queued. */
  flush(): void;
  /** The link is gone, closed with `code`: no reply will come over it. */
  linkLost(code: number | null): void;
  /** The session has ended: drops what was queued. */
  clearQueue(): void;
  /** Settles the request with this id, or continues the stream. `more`: this is not the last reply. */
  settle(id: number, result: ReplyResult, more: boolean): void;
  /** For a link that passes data on to another tab. */
  readonly copyData: typeof copyData;
}

/** Creates an idle connection: it does nothing, and listens to nothing, before it gets a config. */
export function createConnection(): Connection {
  const active: SessionParts['active'] = {
    ...{ config: undefined, awaited: undefined },
    policy: {} as ServicePolicy,
  };
  const reporter = createReporter();
  const runInTurn = createRunInTurn((thrown) => reporter.thrown('The service', thrown));
  const stores = createConnectionStores((thrown) => reporter.thrown('A subscriber of the store', thrown));
  const scheduler = createFrameScheduler(runInTurn, () => active.config?.batch);
  const latest = createLatestEvents(stores, scheduler);
  const nothing = (): undefined => undefined;
  const latestOfChannels = createLatestEvents({ publishEvents: nothing, replacedEvents: nothing }, scheduler);
  const events = createEventStream<IWebSocketEvent>((thrown, names) =>
    reporter.thrown(names ? `A handler of "${names.join('", "')}"` : 'A subscriber of events$', thrown),
  );
  const traffic = createEventStream<Traffic>((thrown) => reporter.thrown('A watcher of the traffic', thrown));
  const sequence = createSequenceTracker();
  const barrier = createDeliveryBarrier(runInTurn);
  const notifier = createMissedEventsNotifier(active, barrier, reporter);
  let lastId = 0;
  const nextId = (): number => ++lastId;
  const knownServer = createKnownServer(active);
  const serverSession = { id: null, hasAnsweredPing: false, slowLinks: 0 };
  const plugs: Plugs = {};
  const memory = createProtocolMemory();
  const basics = {
    ...{ active, reporter, runInTurn, stores, latest, scheduler, events, traffic, sequence },
    latestOfChannels,
    ...{ barrier, notifier, nextId, plugs, serverSession, knownServer },
  };
  const delivery = createDelivery(basics);
  const shared = (): Shared | undefined => (active.config?.share as ShareInside | undefined)?.(attemptParts);
  const lifecycle = createLifecycleRunner({ ...basics, shared }, run);
  const session = createSession({
    ...basics,
    delivery,
    lifecycle,
    onUpdated() {
      lifecycle.followConfig();
      attempt?.followConfig();
      plugs.channels?.followConfig();
    },
    onGivenUp: () => plugs.sender?.clearQueue(),
  });
  let pendingCommands = 0;
  const runCommand: RunInTurn = (task) => {
    pendingCommands += 1;
    runInTurn(() => {
      pendingCommands -= 1;
      task();
    });
  };
  const holds = createHolds(session, runCommand, reporter);
  const links = createLinks(() => lifecycle.state, sequence, reporter);
  const contents = { ...basics, delivery };
  const attemptParts = { ...contents, lifecycle, links, memory, inbox: createInbox(contents) };

  let attempt: Attempt | undefined;

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
        delivery.publishSessionId(sequence.connectionId);
        if (active.config === undefined) return;
        attempt = (shared()?.startAttempt ?? startAttempt)(
          effect.attempt,
          effect.tokenReason,
          active.config,
          attemptParts,
        );
        return;
      case 'open-socket':
        return attempt?.open();
      case 'drop-link':
        attempt?.end(effect.code, effect.reason);
        attempt = undefined;
        plugs.channels?.linkLost(lifecycle.state.lossCode);
        sequence.linkLost();
        links.end();
        return plugs.sender?.linkLost(lifecycle.state.lossCode);
      case 'probe':
        return attempt?.probe();
      case 'resume-ended':
        return sequence.onResumeEnded(effect.how);
      case 'ping-refused':
        if (notePingRefusal(knownServer(), { ...effect, sessionId: serverSession.id }))
          reporter.fail('heartbeat-refused', { code: effect.code });
        return;
      case 'trust-pings':
        return trustPings(knownServer());
      case 'announce-connected': {
        plugs.channels?.linked();
        const notice = sequence.onConnected();
        if (notice) (plugs.channels ?? notifier).notify(notice);
        links.tell();
        return plugs.sender?.flush();
      }
      case 'clear-queue':
        return plugs.sender?.clearQueue();
      case 'end-session':
        plugs.channels?.sessionEnded();
        sequence.endSession();
        memory.clear();
        return delivery.endSession();
      case 'report':
        return reporter.error(effect.error);
      default:
        effect satisfies never;
    }
  }

  return {
    store: stores.store,
    stateStore: stores.stateStore,
    reporter,
    events,
    missed: notifier.missed,
    missedDelayed: notifier.missedDelayed,
    traffic,
    links,
    cell: latest.cell,
    channelCell: latestOfChannels.cell,
    session,
    holds,
    dispatch: lifecycle.dispatch,
    step: lifecycle.step,
    runInTurn,
    runCommand,
    hasCommands: () => pendingCommands > 0,
    active: () => active,
    phase: () => lifecycle.state.phase,
    attempt: () => attempt,
    shared,
    nextId,
    plugs,
    inside: () => contents,
    scheduleCommit: scheduler.schedule,
  };
}

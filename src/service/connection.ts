/** How do the parts make one connection? The only place with state that moves. */
import {
  awaitsProof,
  type Effect,
  endSession,
  hearsWakeSignals,
  initialState,
  type LifecycleEvent,
  type LifecycleState,
  type OwnCode,
  ownCodes,
  type TimerName,
  transition,
} from '../connection/lifecycle.ts';
import { toPublicView } from '../connection/status.ts';
import { failure, WebSocketServiceError } from '../errors.ts';
import type { AttemptTarget, Frame, ReplyResult } from '../protocols/protocol.ts';
import { createConnectionStores } from '../store/connection-store.ts';
import { createLatestEvents, type EventCell } from '../store/latest-events.ts';
import { type Channel, createChannel } from '../stream/channel.ts';
import { createSequenceTracker } from '../stream/sequence.ts';
import { createFrameScheduler } from '../transport/frame-scheduler.ts';
import { type Link, openSocket } from '../transport/open-socket.ts';
import { watchWakeSignals } from '../transport/wake-signals.ts';
import { startWakefulTimer } from '../transport/wakeful-timer.ts';
import type {
  ConnectionState,
  ConnectionStore,
  IWebSocketConfig,
  IWebSocketEvent,
  MissedEvents,
  TokenReason,
} from '../types.ts';
import { findTarget } from './attempt-target.ts';
import { createBreaks } from './breaks.ts';
import { isSameSession, type ResolvedConfig, resolveConfig, type SessionKey } from './config.ts';
import { createGate } from './gate.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createInbox } from './inbox.ts';
import { createPolicy, type ServicePolicy } from './policy.ts';
import { createRedactor, oneLine } from './redactor.ts';
import { createReporter, type Reporter } from './reporter.ts';
import type { Traffic } from './traffic.ts';
import { createTurns } from './turns.ts';

/** A connection, as our provider, our hooks and the public service use it. */
export interface Connection {
  readonly store: ConnectionStore;
  /** The same without the newest events, for whoever does not read them. */
  readonly inner: ConnectionStore;
  readonly events: Channel<IWebSocketEvent>;
  /** Told at once. */
  readonly missed: Channel<MissedEvents>;
  /** Told when it is time to fetch again: by `missedEventsJitter` later. */
  readonly refetch: Channel<MissedEvents>;
  readonly traffic: Channel<Traffic>;
  readonly reporter: Reporter;
  /** One name's slice of `lastEvents`. */
  cell(name: string): EventCell;
  /** Runs the task now, or after what is under way: never re-entrantly. */
  take(task: () => void): void;
  /**
   * In a turn: brings the config up to date; null means: not now. `connect` is a wish of its own, an `update` revives
   * nothing that was stopped.
   */
  configure(config: IWebSocketConfig | null, intent: 'connect' | 'update'): void;
  isConfigured(): boolean;
  /** In a turn: something happened. */
  step(event: LifecycleEvent): void;
  /** In a turn: disconnects for good. */
  dispose(): void;
  /** Cuts the link, as a network would that is lost. */
  drop(): void;
  /** Where a message can go right now. */
  route(): Route;
  /** The next outgoing id. They grow for the connection's life, so that no reply can find the wrong request. */
  nextId(): number;
  /** Whoever sends hears from now on what concerns it. */
  setSender(sender: Sender): void;
  /** Runs a commit with everyone else's, by the config's `batch`. */
  scheduleCommit(commit: () => void): void;
  /** Grows whenever the session goes to someone or somewhere else. */
  session(): number;
  /** Calls back when it does: what was shown is no longer theirs. */
  onSessionReplaced(listener: () => void): () => void;
}

/** Without a config nothing is wanted; without a link nothing goes out now. */
export interface Route {
  readonly config?: ResolvedConfig | undefined;
  readonly link?: Link | undefined;
}

/** What only those need who send; the rest of a connection works without it. */
export interface Sender {
  /** Sends what was queued. */
  flush(): void;
  /** No reply will come over the link that is gone. `code`: how it was closed. */
  linkLost(code: number | null): void;
  /** What was queued will not be sent. */
  clearQueue(): void;
  /** A reply came. */
  settle(id: number, result: ReplyResult): void;
}

/** Makes a connection that is not open yet: nothing happens, and nothing is held, before it is configured. */
export function createConnection(): Connection {
  let config: ResolvedConfig | undefined;
  let state = initialState;
  /** Nothing asks for it before the first config: until then nobody listens to the page either. */
  let policy = {} as ServicePolicy;
  let session: SessionKey | undefined;
  let link: Link | undefined;
  let target: AttemptTarget | undefined;
  let lastId = 0;
  let sessionNumber = 0;
  let sessionId: string | null = null;
  let preparation: AbortController | undefined;
  let unwatch: (() => void) | undefined;
  let sender: Sender | undefined;
  let isDisposed = false;
  const sessionListeners = new Set<() => void>();
  /** Each stops its timer. */
  const timers = new Map<TimerName, () => void>();

  const redactor = createRedactor();
  const reporter = createReporter(redactor, () => config?.logger);
  const take = createTurns((thrown) => reporter.thrown('The service', thrown));
  const stores = createConnectionStores((thrown) => reporter.thrown('A subscriber of the store', thrown));
  const { store, inner } = stores;
  const latest = createLatestEvents(stores);
  const scheduler = createFrameScheduler(take, () => config?.batch);
  const sequence = createSequenceTracker();
  const events = createChannel<IWebSocketEvent>((thrown, names) =>
    reporter.thrown(names ? `A handler of "${names.join('", "')}"` : 'A subscriber of events$', thrown),
  );
  const traffic = createChannel<Traffic>((thrown) => reporter.thrown('A watcher of the traffic', thrown));
  const gate = createGate(take);
  const breaks = createBreaks(
    gate,
    reporter,
    () => config,
    (maxMs) => policy.drawMs(maxMs),
  );
  const nextId = (): number => ++lastId;
  const heartbeat = createHeartbeat(
    () => config?.heartbeat,
    take,
    sendPing,
    (latency) => write({ latency }),
    (reason) => abandon(ownCodes.missedAnswer, reason),
  );
  const inbox = createInbox({
    latest,
    scheduler,
    events,
    sequence,
    breaks,
    gate,
    traffic,
    reporter,
    onValid: () => {
      if (awaitsProof(state)) step({ type: 'frame', attempt: state.attempt });
    },
    answer: (frame) => link?.send(frame),
    isRefusal,
    settle(id, result) {
      traffic.next({ type: 'reply', id, result });
      sender?.settle(id, result);
    },
    showSession,
    abandon,
  });

  // Life: dispatch, transition, store, effects.

  function dispatch(event: LifecycleEvent): void {
    take(() => step(event));
  }

  function step(event: LifecycleEvent): void {
    const before = state;
    const [next, effects] = transition(before, event, policy);
    state = next;
    // The page's signals are heard exactly as long as they matter.
    if (hearsWakeSignals(next)) unwatch ??= watchWakeSignals((type) => dispatch({ type }));
    else {
      unwatch?.();
      unwatch = undefined;
    }
    if (next !== before) show(before, next, effects.includes(endSession) ? noSession : {});
    for (const effect of effects) run(effect);
    if (next.error !== null && next.error !== before.error) reporter.error(next.error);
  }

  /** Everything that was received before the change is shown before it; the change itself in one write. */
  function show(before: LifecycleState, next: LifecycleState, cleared: Partial<ConnectionState>): void {
    scheduler.flush();
    const view = toPublicView(next);
    const { status, lastClose: shownClose } = inner.getState();
    const close = next.lastClose && { ...next.lastClose, reason: redactor.clean(next.lastClose.reason) };
    const lastClose = next.lastClose === before.lastClose ? shownClose : close;
    write({ ...view, lastClose, ...cleared });
    if (view.status !== status) {
      const { reason, reconnectAttempts } = view;
      reporter.log('info', `${status} → ${view.status}`, { reason, reconnectAttempts });
    }
  }

  function write({ status = inner.getState().status, ...details }: Partial<ConnectionState>): void {
    inner.getState().setConnectionState(status, details);
  }

  function run(effect: Effect): void {
    switch (effect.type) {
      case 'stop-timer':
        return stopTimer(effect.timer);
      case 'start-timer':
        return startTimer(effect.timer, effect.delayMs);
      case 'drop-link':
        return dropLink(effect.code, effect.reason);
      case 'prepare':
        return prepare(effect.attempt, effect.tokenReason);
      case 'open-socket':
        return open(effect.attempt);
      case 'probe':
        return heartbeat.probe();
      case 'doubt-session':
        return sequence.closedAtOnce(effect.how);
      case 'announce-connected':
        return announceConnected();
      case 'clear-queue':
        return sender?.clearQueue();
      case 'end-session':
        sequence.endSession();
        sessionId = null;
        heartbeat.endSession();
        gate.clear();
        return latest.endSession();
      case 'report':
        return reporter.error(effect.error);
      default:
        effect satisfies never;
    }
  }

  function startTimer(timer: TimerName, delayMs: number): void {
    stopTimer(timer);
    const onDue = (): void => {
      timers.delete(timer);
      dispatch({ type: 'timer', timer });
    };
    timers.set(
      timer,
      startWakefulTimer(delayMs, onDue, () => dispatch({ type: 'wake' })),
    );
  }

  function stopTimer(timer: TimerName): void {
    timers.get(timer)?.();
    timers.delete(timer);
  }

  function abandon(code: OwnCode, reason: string): void {
    dispatch({ type: 'abandon', attempt: state.attempt, code, reason });
  }

  function dropLink(code: number, reason: string): void {
    preparation?.abort();
    stopTimer('uptime');
    heartbeat.stop();
    link?.close(code, reason);
    link = preparation = target = undefined;
    sequence.linkLost();
    inbox.linkLost();
    sender?.linkLost(state.lossCode);
  }

  function prepare(attempt: number, reason: TokenReason): void {
    if (config === undefined) return;
    preparation = new AbortController();
    const { signal } = preparation;
    const resume = sequence.resumePoint();
    // A session that could not be taken up again is given up: nobody should read its id any longer.
    showSession();
    const facts = { reason, signal, resume, lastCloseCode: state.lossCode, nextId };
    findTarget(config, facts, redactor, (found) => {
      // An answer that came after we had moved on.
      if (signal.aborted) return;
      if (found instanceof WebSocketServiceError)
        return dispatch({ type: 'prepare-failed', attempt, error: found, verdict: 'retry' });
      target = found;
      dispatch({ type: 'prepared', attempt });
    });
  }

  function open(attempt: number): void {
    if (config === undefined || target === undefined) return;
    try {
      link = openSocket(config.WebSocket, target, {
        opened: () => take(() => begin(attempt)),
        frame: receive,
        closed: ({ code, reason, wasClean }) =>
          dispatch({
            type: 'closed',
            attempt,
            close: { code, reason: oneLine(reason).slice(0, MAX_REASON_LENGTH), wasClean },
          }),
      });
    } catch (thrown) {
      // Not the environment's own words: they quote the address, and with it the token.
      const name = thrown instanceof Error ? thrown.name : 'Error';
      const error = failure('invalid-config/refused-by-environment', { name });
      dispatch({ type: 'prepare-failed', attempt, error, verdict: 'reject' });
    }
  }

  function begin(attempt: number): void {
    sequence.opened();
    // Before anything else can be sent. An answer that comes from inside send() waits for its turn.
    for (const frame of target?.opening ?? []) link?.send(frame);
    step({ type: 'opened', attempt });
    if (link && config?.protocol.ping) heartbeat.start(link, config.protocol.answersPings);
  }

  function announceConnected(): void {
    const notice = sequence.connected();
    if (notice) breaks.tell(notice);
    sender?.flush();
  }

  // Bytes: the transport calls this, and the inbox does the rest.

  function receive(frame: Frame): void {
    take(() => {
      if (config === undefined || link === undefined) return;
      inbox.accept(frame, config);
    });
  }

  /** The session that a reader sees is the one that is, and never the events of two mixed. */
  function showSession(): void {
    const { connectionId } = sequence;
    if (connectionId === sessionId) return;
    sessionId = connectionId;
    heartbeat.endSession();
    if (connectionId !== null) redactor.learn(connectionId, 'id');
    // What is held of the old one comes first.
    gate.pass(() => {
      scheduler.flush();
      latest.endSession();
      write({ connectionId, lastEventId: null });
      return undefined;
    });
  }

  function sendPing(): number {
    const id = nextId();
    try {
      const frame = config?.protocol.ping?.(id);
      if (frame !== undefined) link?.send(frame);
    } catch (thrown) {
      reporter.thrown("The protocol's ping", thrown);
    }
    return id;
  }

  /** A reply that is for us and not for the user: whether it says that the server no longer knows us. */
  function isRefusal(id: number | null, result?: ReplyResult): boolean {
    const isAnswer = heartbeat.isAnswer(id);
    if (result?.status !== 'failed') return false;
    const isRefused = id === target?.authId || (isAnswer && result.cause === 'unauthorized');
    if (isRefused) abandon(ownCodes.unauthorized, 'the server does not accept the token');
    return isRefused;
  }

  // What the user asks for.

  function configure(given: IWebSocketConfig | null, intent: 'connect' | 'update'): void {
    if (isDisposed) return reject(failure('disposed', {}));
    if (given === null) return pause();
    const { token } = given;
    // The token is a secret from here on, whatever becomes of the config.
    if (typeof token === 'string') redactor.learn(token, 'token');
    const next = resolved(given);
    if (next instanceof WebSocketServiceError) return reject(next);
    if (typeof next === 'object') return adopt(next, intent);
    pause();
    // Signed out: what was shown until now is not for whoever sits there next.
    if (next === 'token') replaceSession();
  }

  function resolved(given: IWebSocketConfig): ReturnType<typeof resolveConfig> | WebSocketServiceError {
    try {
      return resolveConfig(given, redactor.clean);
    } catch (error) {
      if (error instanceof WebSocketServiceError) return error;
      throw error;
    }
  }

  function pause(): void {
    if (state.phase !== 'stopped' || state.reason !== 'idle') step({ type: 'disable' });
    config = undefined;
  }

  /** Said once, however often the same thing is given again. */
  function reject(error: WebSocketServiceError): void {
    if (state.error?.message !== error.message) step({ type: 'reject', error });
    config = undefined;
  }

  function adopt(next: ResolvedConfig, intent: 'connect' | 'update'): void {
    const isSame = session !== undefined && isSameSession(session, next.session);
    const isNewToken = typeof next.token === 'string' && next.token !== config?.token;
    config = next;
    policy = createPolicy(next, reporter);
    if (!isSame) replaceSession();
    session = next.session;
    if (!isSame) return step({ type: 'connect' });
    if (state.phase !== 'stopped') return;
    switch (state.reason) {
      case 'idle':
      case 'invalid-config':
        return step({ type: 'connect' });
      case 'client':
        if (intent === 'connect') step({ type: 'connect' });
        return;
      case 'attempts-exhausted':
      case 'fatal-close':
      case 'unauthorized':
        if (intent === 'connect' || isNewToken) step({ type: 'reconnect' });
        return;
      default:
        state.reason satisfies never;
    }
  }

  /** What the last session showed is not for whoever comes next. */
  function replaceSession(): void {
    if (session === undefined) return;
    session = undefined;
    gate.clear();
    scheduler.flush();
    latest.clear();
    sessionNumber += 1;
    for (const listener of [...sessionListeners]) listener();
  }

  return {
    store,
    inner,
    reporter,
    events,
    missed: breaks.missed,
    refetch: breaks.refetch,
    traffic,
    cell: latest.cell,
    take,
    configure,
    isConfigured: () => config !== undefined,
    step,
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      step({ type: 'disconnect' });
      config = undefined;
    },
    drop: () =>
      dispatch({
        type: 'closed',
        attempt: state.attempt,
        close: { code: 1006, reason: '', wasClean: false },
      }),
    route() {
      // Nothing goes out over a link that is no longer wanted.
      if (state.phase === 'stopped') return {};
      return state.phase === 'connected' ? { config, link } : { config };
    },
    nextId,
    setSender(theirs) {
      sender = theirs;
    },
    scheduleCommit: scheduler.schedule,
    session: () => sessionNumber,
    onSessionReplaced(listener) {
      sessionListeners.add(listener);
      return () => sessionListeners.delete(listener);
    },
  };
}

/** A close frame can hold no more. */
const MAX_REASON_LENGTH = 123;

const noSession = { connectionId: null, lastEventId: null, latency: null } as const;

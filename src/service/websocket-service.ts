/** How do the parts make one connection? The only place with state that moves. */
import { type Observable, Subject } from 'rxjs';
import {
  awaitsProof,
  type Effect,
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
import { WebSocketServiceError } from '../errors.ts';
import type { AttemptTarget, Frame, ReplyResult, ResumePoint } from '../protocols/protocol.ts';
import { createConnectionStore, sameState } from '../store/connection-store.ts';
import { createLatestEvents } from '../store/latest-events.ts';
import { guarded } from '../stream/guarded.ts';
import { createEventRouter } from '../stream/router.ts';
import { createSequenceTracker } from '../stream/sequence.ts';
import { createFrameScheduler } from '../transport/frame-scheduler.ts';
import { type Link, openSocket } from '../transport/open-socket.ts';
import { watchWakeSignals } from '../transport/wake-signals.ts';
import { startWakefulTimer } from '../transport/wakeful-timer.ts';
import type {
  CloseInfo,
  ConnectionState,
  EventOf,
  IWebSocketConfig,
  MissedEvents,
  TokenReason,
  WebSocketService,
} from '../types.ts';
import { findTarget } from './attempt-target.ts';
import {
  type ConfigVerdict,
  isSameSession as isSame,
  type ResolvedConfig,
  resolveConfig,
  type SessionKey,
} from './config.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createInbox } from './inbox.ts';
import { setInternals } from './internals.ts';
import { createOutbox, type Route } from './outbox.ts';
import { createPolicy, idlePolicy } from './policy.ts';
import { createRedactor, oneLine } from './redactor.ts';
import { createReporter } from './reporter.ts';
import { createRequestTable } from './request-table.ts';
import { createTurns } from './turns.ts';

/**
 * Makes a connection that is not open yet: nothing happens, and nothing is held, before `connect()`.
 *
 * What a handler asks for (`connect`, `disconnect`, `reconnect`) takes effect when the event that is being handed out
 * has reached everyone.
 */
export function createWebSocketService(): WebSocketService {
  let config: ResolvedConfig | null = null;
  const redactor = createRedactor();
  const reporter = createReporter(redactor, () => config?.logger ?? null);
  const turns = createTurns((thrown) => reporter.thrown('The service', thrown));
  const store = createConnectionStore((thrown) => reporter.thrown('A subscriber of the store', thrown));
  const latest = createLatestEvents(store);
  const scheduler = createFrameScheduler(turns.take);
  const sequence = createSequenceTracker();
  const router = createEventRouter();
  const requests = createRequestTable();
  const missed = new Subject<MissedEvents>();
  const sessionListeners = new Set<() => void>();
  let sessionNumber = 0;
  /** Each stops its timer. */
  const timers = new Map<TimerName, () => void>();

  let state: LifecycleState = initialState;
  let policy = idlePolicy;
  let session: SessionKey | null = null;
  let link: Link | null = null;
  let target: AttemptTarget | null = null;
  /** What the link is, or will be, opened with. */
  let resumedAt: ResumePoint | null = null;
  let frames = 0;
  let preparation: AbortController | null = null;
  let unwatch: (() => void) | null = null;
  let life: 'usable' | 'disposed' = 'usable';
  /** Said once: whoever answers an error with `reconnect()` would be told for ever. */
  let hint: 'unsaid' | 'said' = 'unsaid';

  const outbox = createOutbox({ route, requests, redactor, reporter });
  const inbox = createInbox({
    store,
    latest,
    scheduler,
    router,
    sequence,
    requests,
    missed,
    redactor,
    reporter,
    onValid: () => {
      if (awaitsProof(state)) step({ type: 'frame', attempt: state.attempt });
    },
    answer: (frame) => link?.send(frame),
    onReply,
    onNewSession: () => heartbeat.endSession(),
    onGap: () => abandon(ownCodes.gap, 'events are missing'),
    onHopeless: () => abandon(ownCodes.badFrames, 'too many malformed frames'),
  });
  const heartbeat = createHeartbeat({
    config: () => config?.heartbeat ?? null,
    inTurn: turns.take,
    nextId: () => outbox.nextId(),
    ping: sendPing,
    heard: () => frames,
    outbound: () => link?.outbound() ?? 'clear',
    onLatency,
    onDead: (reason) => abandon(ownCodes.missedAnswer, reason),
  });

  // Life: dispatch, transition, store, effects.

  function dispatch(event: LifecycleEvent): void {
    turns.take(() => step(event));
  }

  function step(event: LifecycleEvent): void {
    const before = state;
    const [next, effects] = transition(before, event, policy);
    state = next;
    watch();
    const endsSession = effects.some(({ type }) => type === 'end-session');
    if (next !== before)
      show(before, next, endsSession ? { connectionId: null, lastEventId: null, latency: null } : {});
    for (const effect of effects) run(effect);
    if (next.error !== null && next.error !== before.error) reporter.error(next.error);
  }

  /** Everything that was received before the change is shown before it; the change itself in one write. */
  function show(
    before: LifecycleState,
    next: LifecycleState,
    cleared: Partial<Pick<ConnectionState, 'connectionId' | 'lastEventId' | 'latency'>>,
  ): void {
    scheduler.flush();
    const shown = store.getState();
    const { status, ...details } = toPublicView(next);
    const lastClose = next.lastClose === before.lastClose ? shown.lastClose : toShownClose(next.lastClose);
    const isChanged = !sameState(shown, { status, ...details, lastClose, ...cleared });
    if (isChanged) shown.setConnectionState(status, { ...details, lastClose, ...cleared });
    const { reason, reconnectAttempts } = details;
    if (shown.status !== status)
      reporter.log('info', `${shown.status} → ${status}`, { reason, reconnectAttempts });
  }

  function toShownClose(close: CloseInfo | null): ConnectionState['lastClose'] {
    if (close === null) return null;
    return { code: close.code, reason: redactor.clean(close.reason), wasClean: close.wasClean };
  }

  function run(effect: Effect): void {
    switch (effect.type) {
      case 'clear-timers':
        for (const timer of [...timers.keys()]) stopTimer(timer);
        return;
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
        return outbox.clearQueue();
      case 'end-session':
        sequence.endSession();
        heartbeat.endSession();
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

  /** The page's signals are heard exactly as long as they matter. */
  function watch(): void {
    if (hearsWakeSignals(state)) unwatch ??= watchWakeSignals((type) => dispatch({ type }));
    else {
      unwatch?.();
      unwatch = null;
    }
  }

  function abandon(code: OwnCode, reason: string): void {
    dispatch({ type: 'abandon', attempt: state.attempt, code, reason });
  }

  function dropLink(code: number, reason: string): void {
    preparation?.abort();
    preparation = null;
    target = null;
    heartbeat.stop();
    link?.close(code, reason);
    link = null;
    sequence.linkLost();
    inbox.linkLost();
    outbox.linkLost(state.lossCode);
  }

  function prepare(attempt: number, reason: TokenReason): void {
    if (config === null) return;
    const controller = new AbortController();
    preparation = controller;
    resumedAt = sequence.resumePoint();
    forgetLostSession();
    const facts = {
      reason,
      signal: controller.signal,
      resume: resumedAt,
      lastCloseCode: state.lossCode,
      nextId: outbox.nextId,
    };
    findTarget(config, facts, redactor, (found) => {
      // An answer that came after we had moved on.
      if (controller.signal.aborted) return;
      if (found instanceof WebSocketServiceError) {
        return dispatch({ type: 'prepare-failed', attempt, error: found, verdict: 'retry' });
      }
      target = found;
      dispatch({ type: 'prepared', attempt });
    });
  }

  /** A session that could not be taken up again is given up: nobody should read its id any longer. */
  function forgetLostSession(): void {
    const shown = store.getState();
    if (sequence.connectionId !== null || shown.connectionId === null) return;
    scheduler.flush();
    latest.endSession();
    shown.setConnectionState(shown.status, { connectionId: null, lastEventId: null });
  }

  function open(attempt: number): void {
    if (config === null || target === null) return;
    frames = 0;
    try {
      link = openSocket(config.WebSocket, target, {
        opened: () => turns.take(() => begin(attempt)),
        frame: receive,
        closed: (close) =>
          dispatch({ type: 'closed', attempt, close: { ...close, reason: sanitize(close.reason) } }),
      });
    } catch (thrown) {
      dispatch({ type: 'prepare-failed', attempt, error: notOpenable(thrown), verdict: 'reject' });
    }
  }

  function begin(attempt: number): void {
    sequence.opened(resumedAt);
    // Before anything else can be sent. An answer that comes from inside send() waits for its turn.
    for (const frame of target?.opening ?? []) link?.send(frame);
    step({ type: 'opened', attempt });
    if (link !== null && config?.protocol.ping !== undefined) {
      heartbeat.start(config.protocol.answersPings ?? 'perhaps');
    }
  }

  function announceConnected(): void {
    const notice = sequence.connected();
    if (notice !== null) missed.next(notice);
    outbox.flush();
  }

  // Bytes: the transport calls this, and the inbox does the rest.

  function receive(frame: Frame): void {
    turns.take(() => {
      if (config === null || link === null) return;
      frames += 1;
      inbox.accept(frame, config);
    });
  }

  function sendPing(id: number): void {
    if (config?.protocol.ping === undefined || link === null) return;
    try {
      link.send(config.protocol.ping(id));
    } catch (thrown) {
      reporter.thrown("The protocol's ping", thrown);
    }
  }

  function onLatency(latency: number): void {
    const shown = store.getState();
    if (shown.latency !== latency) shown.setConnectionState(shown.status, { latency });
  }

  function onReply(id: number | null, result: ReplyResult | null): 'fine' | 'refused' {
    const isAnswer = heartbeat.isAnswer(id);
    if (result?.status !== 'failed') return 'fine';
    const refusesToken = id === target?.authId || (isAnswer && result.cause === 'unauthorized');
    if (!refusesToken) return 'fine';
    abandon(ownCodes.unauthorized, 'the server does not accept the token');
    return 'refused';
  }

  function route(): Route {
    // Nothing goes out over a link that the user no longer wants.
    if (config === null || state.phase === 'stopped' || turns.hasWish()) return { kind: 'stopped' };
    return state.phase === 'connected' && link !== null
      ? { kind: 'link', link, config }
      : { kind: 'down', config };
  }

  // What the user asks for.

  /** `connect` is a wish of its own; an `update` only brings the config up to date, and revives no stopped connection. */
  function configure(verdict: ConfigVerdict, intent: 'connect' | 'update'): void {
    if (life === 'disposed') return reject(disposed());
    switch (verdict.kind) {
      case 'ready':
        return adopt(verdict.config, intent);
      case 'not-yet':
        if (state.phase !== 'stopped' || state.reason !== 'idle') step({ type: 'disable' });
        config = null;
        // Signed out: what was shown until now is not for whoever sits there next.
        if (verdict.missing === 'token') replaceSession();
        return;
      case 'invalid':
        return reject(verdict.error);
      default:
        verdict satisfies never;
    }
  }

  /** The token is a secret from here on, whatever becomes of the config. */
  function read(given: IWebSocketConfig): ConfigVerdict {
    const { token } = given ?? {};
    if (typeof token === 'string') redactor.learn(token, 'token');
    const verdict = resolveConfig(given);
    if (verdict.kind !== 'invalid') return verdict;
    const { code, message, details } = verdict.error;
    return { kind: 'invalid', error: new WebSocketServiceError(code, redactor.clean(message), { details }) };
  }

  /** Said once, however often the same thing is given again. */
  function reject(error: WebSocketServiceError): void {
    if (state.error?.message !== error.message) step({ type: 'reject', error });
    config = null;
  }

  function adopt(next: ResolvedConfig, intent: 'connect' | 'update'): void {
    const isSameSession = session !== null && isSame(session, next.session);
    const isNewToken = typeof next.token === 'string' && next.token !== config?.token;
    hint = 'unsaid';
    config = next;
    policy = createPolicy(next, reporter);
    scheduler.setMode(next.batch);
    if (!isSameSession) {
      replaceSession();
      session = next.session;
      return step({ type: 'connect' });
    }
    session = next.session;
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
    if (session === null) return;
    session = null;
    scheduler.flush();
    latest.clear();
    sessionNumber += 1;
    for (const listener of [...sessionListeners]) listener();
  }

  const service: WebSocketService = {
    store,
    events$: guarded(router.all$, (thrown) => reporter.thrown('A subscriber of events$', thrown)),
    event$: <Name extends string>(name: Name | readonly Name[]) => {
      const names = namesOf(name);
      const events$ = router.named$(names) as Observable<EventOf<Name>>;
      return guarded(events$, (thrown) => reporter.thrown(`A handler of "${names.join('", "')}"`, thrown));
    },
    missed$: guarded(missed.asObservable(), (thrown) =>
      reporter.thrown('A handler of missed events', thrown),
    ),
    errors$: reporter.errors$,
    connect(given) {
      turns.takeWish(() => configure(read(given), 'connect'));
      return service.events$;
    },
    disconnect: () => turns.takeWish(() => step({ type: 'disconnect' })),
    reconnect: () =>
      turns.takeWish(() => {
        if (config !== null) return step({ type: 'reconnect' });
        if (hint === 'said') return;
        hint = 'said';
        reporter.error(life === 'disposed' ? disposed() : nothingToReconnect());
      }),
    send: outbox.send,
    request: outbox.request,
    isConnected: () => route().kind === 'link',
    dispose: () =>
      turns.takeWish(() => {
        if (life === 'disposed') return;
        life = 'disposed';
        step({ type: 'disconnect' });
        config = null;
        router.complete();
        missed.complete();
      }),
  };

  setInternals(service, {
    configure: (given) =>
      turns.take(() =>
        configure(given === null ? { kind: 'not-yet', missing: 'wish' } : read(given), 'update'),
      ),
    cell: (name) => {
      const [checked = name] = namesOf(name);
      return latest.cell(checked);
    },
    scheduleCommit: scheduler.schedule,
    session: () => sessionNumber,
    onSessionReplaced(listener) {
      sessionListeners.add(listener);
      return () => sessionListeners.delete(listener);
    },
  });
  return service;
}

/** Throws for what can't be a name: a handler of it would wait for ever. */
function namesOf(name: string | readonly string[]): readonly string[] {
  const names = typeof name === 'string' ? [name] : name;
  if (Array.isArray(names) && names.every((one) => typeof one === 'string' && one !== '')) return names;
  throw new WebSocketServiceError(
    'invalid-argument',
    'An event name must be a string that is not empty, or a list of such strings.',
  );
}

/** No longer than a close frame can hold. */
function sanitize(reason: string): string {
  return oneLine(reason).slice(0, 123);
}

/** Not the environment's own words: they quote the address, and with it the token. */
function notOpenable(thrown: unknown): WebSocketServiceError {
  const name = thrown instanceof Error ? thrown.name : 'Error';
  return new WebSocketServiceError(
    'invalid-config',
    `The environment refused to make this WebSocket (${name}). Check the url, and the page's security policy.`,
    { details: { name } },
  );
}

function nothingToReconnect(): WebSocketServiceError {
  return new WebSocketServiceError(
    'not-connected',
    'There is nothing to reconnect to: call connect() first, with a url and (if the server wants one) a token.',
  );
}

function disposed(): WebSocketServiceError {
  return new WebSocketServiceError(
    'disposed',
    'This service was disposed of. Make another: createWebSocketService().',
  );
}

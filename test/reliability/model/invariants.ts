/**
 * Checks the promise. Sees what a user sees, knows from the model server what is true, and reports each contradiction
 * with the number of the invariant.
 */
import type {
  ConnectionState,
  IWebSocketEvent,
  MissedEvents,
  WebSocketService,
  WebSocketServiceError,
} from 'everwire/core';
import { type Setup, timesOf } from './commands.ts';
import { CANARY } from './credentials.ts';
import type { SocketFacts, Sockets } from './fake-socket.ts';
import { count, type Totals } from './figures.ts';
import { classify } from './frames.ts';
import type { ModelServer } from './model-server.ts';
import { createOutboundOracle, type OutboundOracle } from './outbound-oracle.ts';
import type { Page } from './page.ts';
import { createResumeOracle } from './resume-oracle.ts';
import { createStreamOracle, stampOf } from './stream-oracle.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface InvariantChecker {
  readonly violations: readonly string[];
  violate(rule: string, words: string): void;
  /** Subscribes to everything, before all others. */
  attach(service: WebSocketService, sockets: Sockets): void;
  /** Every accepted event, in order. */
  readonly accepted: readonly IWebSocketEvent[];
  // Reports of what the app does.
  /** The app did something that may restart a stopped service. */
  onRestartAllowed(): void;
  readonly restartsAllowed: number;
  subscribe(to: readonly string[] | null, kind: 'plain' | 'throwing' | (() => void)): void;
  /** `in flight`: while an event may be on its way to the subscriber, which then need not receive it. */
  unsubscribe(which: number, when: 'in flight' | 'at rest'): void;
  /** Runs a handler of the app. If it throws, an error must be reported. */
  handler(task: () => void): void;
  sent: OutboundOracle['sent'];
  cleared: OutboundOracle['cleared'];
  requested(nonce: number, promise: Promise<unknown>): void;
  /** A function of the config was called. Returns a callback for when it is answered, or no longer needed. */
  onAsked(what: 'url' | 'token'): () => void;
  clogged(state: 'clogged' | 'clear'): void;
  // Reports of what the sockets and the page do.
  onConstructed(socket: SocketFacts): void;
  onOpen(socket: SocketFacts): void;
  onClose(socket: SocketFacts, code: number): void;
  onFrame(socket: SocketFacts, frame: unknown): void;
  onSend(frame: string): void;
  aroundDetached(call: () => void): void;
  onUncaught(thrown: unknown): void;
  onLog(level: string, words: readonly unknown[]): void;
  /** The app pauses now, or (with another session) does not return to it. */
  pausing(graceMs: number): void;
  anotherSession(): void;
  /** Options have changed. */
  reconfigured(): void;
  woken(): void;
  disturbed(sleptMs: number): void;
  // Checks.
  /** Runs after every command and every timer. */
  check(): void;
  /** More expensive: runs after every command. */
  checkTexts(): void;
  /** Nothing may be left, and nothing may follow. */
  checkStopped(when: string): void;
  /** After all faults have ended: no emitted event is missing. */
  /** Whether the last link that ended was closed because of a ping, which a server that may not refuse them gets now and then. */
  hasLostLinkToPing(): boolean;
  checkComplete(lastUid: number): void;
  checkSettled(): void;
  finish(): void;
}

export interface InvariantCheckerParts {
  readonly time: VirtualTime;
  readonly page: Page;
  readonly server: ModelServer;
  readonly setup: Setup;
  readonly totals: Totals;
  /** Adds a line to the story of one sequence. */
  readonly tell: (line: string) => void;
  /** Whether events of this user are meant for the user who is signed in. */
  readonly isDue: (user: string) => boolean;
}

/** The most by which a slow link stretches the wait for an answer. */
const MAX_STRETCH = 8;

/** The default. A socket that was left while it opened is closed then at the latest. */
const CONNECT_TIMEOUT_MS = 15_000;

/** Timers that may run at one time, without those of requests: connect or retry, uptime, ping, frame, queue, drain. */
const MAX_TIMERS = 8;
/** The codes that mean a refused token in the default policy, and our own code for it. */
const AUTH_CODES = [1008, 4401, 4403, 3000];
const FATAL_CODES = [1002, 1003, 1007, 1009, 1010];
/** In 30 s, without further calls: ten by the backoff, and a few immediate ones. */
const MAX_ATTEMPTS = 20;
/** A stopped attempt is followed by the next one, or by a wait, within this time. */
const IDLE_MS = 100;
/** After so many refused handshakes in a row, one attempt may leave the session out. */
const REFUSALS_BEFORE_PROBE = 5;
/** It refuses a token, or a ping. */
const POLICY_VIOLATION = 1008;

/** A server that closed once with 1008 after a ping gets another one on a link that has lived for this long. */
const DOUBT_MS = 900_000;

/** A close within this time after a ping is the answer to it. */
const PROMPT_MS = 2_900;
/** A close within this time after a ping may be the answer to it. */
const REFUSAL_MS = 3_000;
/** How long a ping after a wake signal may wait for its answer. */
const PROBE_MS = 5_000;
/** At most one attempt for wake signals within this time. */
const WAKE_INTERVAL_MS = 5_000;
const WAKE_EVENTS = [
  'window online',
  'window offline',
  'window focus',
  'window pageshow',
  'window pagehide',
  'document visibilitychange',
  'document resume',
];

export function createInvariantChecker(parts: InvariantCheckerParts): InvariantChecker {
  const { time, page, server, setup, totals, tell } = parts;
  const violations: string[] = [];
  const excuses: number[] = [];
  const attempts: number[] = [];
  const malformedRuns = new WeakMap<SocketFacts, number>();
  let service: WebSocketService;
  let sockets: Sockets;
  let depth = 0;
  /** Where the session can be resumed. */
  let point: { readonly id: string; readonly seq: number } | null = null;
  let restartsAllowed = 0;
  let restartsAllowedAtStop = 0;
  /**
   * True after a call of the app that allows new attempts. A call inside a handler takes effect when the event has
   * reached all subscribers.
   */
  let wasRestartAllowed = false;
  let wakes = 0;
  let attemptedAtMs = 0;
  /** Tokens refused in a row, without a frame in between. */
  let refusals = 0;
  let idleSinceMs: number | null = null;
  let wokenAtMs = Number.NEGATIVE_INFINITY;
  let wakesAtStop = 0;
  let sleptMs = 0;
  let disturbances = 0;
  let disturbedAtMs = Number.NEGATIVE_INFINITY;
  let heardAt = { ms: 0, sleptMs: 0, disturbances: 0 };
  let hasAnswered = false;
  /** Whether the server has sent an id or a number, or has answered a ping. */
  let hasSpoken = false;
  /** The session of the last hello. */
  let greetedBy: string | undefined;
  /** Links in a row that carried frames, or resumed, and were given up for a missing answer: each doubles the wait of the next. */
  let slowLinks = 0;
  /** Of the server at this address: links that it closed because of a ping, and kinds of frames that were reported. */
  let place = { address: '', refusedPings: 0, firstCode: 0, hasLongLink: false, kinds: new Set<string>() };
  let expectedUnrecognised = 0;
  let reportedUnrecognised = 0;
  let expectedMalformed = 0;
  let reportedMalformed = 0;
  let thrown = 0;
  let reportedThrown = 0;
  const questions = new Set<{ readonly what: 'url' | 'token' }>();
  let wakeOwedAtMs: number | null = null;

  const violate = (rule: string, words: string): void => {
    violations.push(`${rule}: ${words}`);
  };

  const current = (): SocketFacts | undefined => sockets.live.at(-1);

  const lookFor = (secret: string, text: string, where: string): void => {
    if (!text.includes(secret)) return;
    totals.tokenSightings += 1;
    violate('S12', `${secret} is in ${where}: ${text.slice(0, 300)}`);
  };

  const stream = createStreamOracle({ setup, server, totals, violate, isDue: parts.isDue });
  const outbound = createOutboundOracle({
    setup,
    time,
    server,
    totals,
    violate,
    onRejected: ({ message, details }) =>
      lookFor(CANARY, `${message} ${JSON.stringify(details)}`, 'a rejection'),
  });

  // Subscriptions of the user.

  // A held event is received, and not seen yet.
  const resumeOracle = createResumeOracle(setup.pace === 'at once' ? violate : () => undefined);
  /** The attempt under way is the first one after a pause that was short enough. */
  let isAfterPause = false;
  /** What a pause keeps. */
  let paused: {
    readonly at: number;
    readonly graceMs: number;
    readonly connectionId: string | null;
    readonly isSame: boolean;
  } | null = null;

  const onEvent = (event: IWebSocketEvent): void => {
    tell(`delivered ${event.event} ${event.seq}`);
    if (depth > 0) violate('S18', `event ${event.seq} was delivered inside a handler`);
    const { status } = service.store.getState();
    if (status !== 'connected' && setup.pace === 'at once')
      violate('S8', `an event was delivered while ${status}`);
    const before = stream.last;
    stream.onAccepted(event);
    const stamp = stampOf(event);
    if (stamp === null || setup.server.numbering !== 'sessions' || event.seq < 0) return;
    // The other end may be another server now: it has not proven yet that it answers pings.
    if (stamp.sid !== before?.sid) hasAnswered = false;
    point = { id: stamp.sid, seq: event.seq + 1 };
    resumeOracle.reset();
  };

  const onMissed = (notice: MissedEvents): void => {
    stream.notice(notice);
    tell(`notice "${notice.reason}"`);
    if (depth > 0) violate('S18', 'a notice was given inside a handler');
    lookFor(CANARY, JSON.stringify(notice), 'a notice');
  };

  const onError = (error: WebSocketServiceError): void => {
    tell(`error ${error.code}`);
    if (error.code === 'malformed-frame') reportedMalformed += 1;
    if (error.code === 'unrecognised-frame') reportedUnrecognised += 1;
    if (error.code === 'handler-failed') reportedThrown += 1;
    if (error.code === 'message-dropped') outbound.dropped(error.details, service.store.getState().status);
    lookFor(CANARY, `${error.message} ${JSON.stringify(error.details)} ${String(error.cause)}`, 'an error');
  };

  // The store.

  const onState = (state: ConnectionState, before: ConnectionState): void => {
    const changed = (Object.keys(state) as (keyof ConnectionState)[]).filter(
      (key) => !Object.is(state[key], before[key]),
    );
    if (changed.length === 0) violate('S20', 'a write to the store changed nothing');
    const { status, reason, nextRetryAt, reconnectAttempts, lastClose } = state;
    if ((status === 'disconnected') !== (reason !== null))
      violate('S6', `${status} with the reason ${reason}`);
    if (nextRetryAt !== null && status !== 'reconnecting') violate('S6', `${status} with a retry to come`);
    if (status === 'connected' && state.error !== null)
      violate('S6', `connected with the error ${state.error.code}`);
    // An address function gets no signal when its answer is no longer needed.
    if (nextRetryAt !== null || status === 'disconnected') {
      for (const question of questions) if (question.what === 'url') questions.delete(question);
    }
    if (nextRetryAt !== null && nextRetryAt !== before.nextRetryAt) onRetry(state, before, nextRetryAt);
    if (reconnectAttempts < before.reconnectAttempts && status !== 'disconnected')
      onForgiven(before.reconnectAttempts, reconnectAttempts);
    if (state.connectionId === null && before.connectionId !== null) onIdGone(state);
    if (reconnectAttempts < before.reconnectAttempts) refusals = 0;
    if (lastClose !== null && lastClose !== before.lastClose) onLost(lastClose);
    const isRefusal =
      !wasPingRefused && !looksLikeRefusedPing(lastClose) && AUTH_CODES.includes(lastClose?.code ?? 0);
    if (lastClose !== before.lastClose && isRefusal) {
      refusals += 1;
      if (refusals > 1 && status !== 'disconnected')
        violate('rule 6', `${refusals} tokens in a row were refused`);
    }
    const isSame = status === before.status && reason === before.reason;
    if (isSame && nextRetryAt === before.nextRetryAt) return;
    const waitMs = nextRetryAt === null ? '' : `, again in ${Math.round(nextRetryAt - Date.now())} ms`;
    tell(`${status}${reason === null ? '' : ` (${reason})`}, ${reconnectAttempts} failures${waitMs}`);
    if (isSame) return;
    count(totals.transitions, `${before.status} → ${status}`);
    if (status === 'disconnected') return onStop(state);
    if (status === 'connecting') onStart(state);
    if (before.status !== 'disconnected') return;
    const mayRestart = restartsAllowed > restartsAllowedAtStop || wasRestartAllowed;
    const isWoken = before.reason === 'attempts-exhausted' && wakes > wakesAtStop;
    if (!mayRestart && !isWoken)
      violate('S8', `${before.reason} became ${status}, without a call or a signal`);
    if (status === 'connected') violate('S6', 'disconnected became connected');
  };

  /** The client can't tell it from one: the server has answered no ping yet. Other codes for a token are believed. */
  const looksLikeRefusedPing = (lastClose: ConnectionState['lastClose']): boolean => {
    const lastPing = sockets.all.at(-1)?.lastPing;
    return lastClose?.code === 1008 && !!lastPing && !hasAnswered && time.nowMs - lastPing.atMs <= REFUSAL_MS;
  };

  /** A link has ended. One ping shows that a server does not take pings: it must cost neither a second link nor the token. */
  const onLost = ({ wasClean }: NonNullable<ConnectionState['lastClose']>): void => {
    wasPingRefused = false;
    const lastPing = sockets.all.at(-1)?.lastPing;
    acquitPings();
    // Given up by the client, or cut: it did not hear that the server refused the ping.
    if (!wasClean) return;
    if (!server.hasRefusedPing || !lastPing) return;
    // An answer that comes late, as after a sleep, does not count as one to the ping.
    if (time.nowMs - lastPing.atMs > PROMPT_MS || disturbedAtMs >= lastPing.atMs) return;
    wasPingRefused = true;
    const { endedWith } = sockets.all.at(-1) ?? {};
    // The first 1008 may have been a limit: after a link that lived long, one more ping is tried.
    const isForgiven = place.firstCode === POLICY_VIOLATION && place.hasLongLink;
    if (isForgiven || place.firstCode === 0) place.firstCode = isForgiven ? -1 : (endedWith?.code ?? -1);
    if (!isForgiven) place.refusedPings += 1;
    if (place.refusedPings > 1) violate('S7', `a ping has cost ${place.refusedPings} links to one server`);
  };
  let wasPingRefused = false;

  /** A code that ends a link without pings too is not about the ping. */
  const acquitPings = (): void => {
    const { lastPing, endedWith, openedAtMs } = sockets.all.at(-1) ?? {};
    if (time.nowMs - (openedAtMs ?? time.nowMs) >= DOUBT_MS) place.hasLongLink = true;
    if (endedWith?.code === POLICY_VIOLATION && !lastPing) place.refusedPings = 0;
  };

  const onStop = ({ reason, lastClose }: ConnectionState): void => {
    acquitPings();
    const code = lastClose?.code ?? 0;
    if (wasPingRefused && (reason === 'unauthorized' || reason === 'fatal-close'))
      violate('S7', `${reason}, because of a ping`);
    if (reason === 'fatal-close' && !FATAL_CODES.includes(code))
      violate('rule 6', `fatal after a close with ${code}`);
    if (reason === 'unauthorized' && !AUTH_CODES.includes(code)) {
      violate('rule 6', `unauthorized after a close with ${code}`);
    }
    refusals = 0;
    wakeOwedAtMs = null;
    idleSinceMs = null;
    restartsAllowedAtStop = restartsAllowed;
    wakesAtStop = wakes;
    count(totals.reasons, String(reason));
    if (reason !== 'idle') paused = null;
    if (reason !== 'attempts-exhausted' && paused === null) forgetSession();
  };

  const onStart = (state: ConnectionState): void => {
    const pause = paused;
    // Without an id there is nothing to resume, but what the server and the network have shown is known for as long.
    const isStillKnown = pause?.isSame && Math.abs(Date.now() - pause.at) < pause.graceMs;
    const known = { hasSpoken, slowLinks };
    if (!isKept(state)) forgetSession();
    if (isStillKnown) ({ hasSpoken, slowLinks } = known);
    isAfterPause = isStillKnown === true;
  };

  /** The time is judged by the date, as the client does, which may have been changed meanwhile. */
  const isKept = ({ connectionId }: ConnectionState): boolean => {
    const pause = paused;
    paused = null;
    if (pause === null) return false;
    // The id of a session whose events are held is published later.
    if (setup.pace === 'slow') return connectionId !== null;
    const isDue =
      pause.isSame && pause.connectionId !== null && Math.abs(Date.now() - pause.at) < pause.graceMs;
    if (isDue !== (connectionId !== null && connectionId === pause.connectionId))
      violate('S12', isDue ? 'a pause has ended the session' : 'a session was kept after its pause');
    return isDue;
  };

  const forgetSession = (): void => {
    point = null;
    hasSpoken = false;
    hasAnswered = false;
    slowLinks = 0;
    resumeOracle.reset();
  };

  /** Allowed after a call, a stop or giving up: after two resumes that brought nothing, or one that was refused after a probe. */
  const onIdGone = ({ status }: ConnectionState): void => {
    const fruitless = resumeOracle.judge(stream.accepted.length);
    const isAsked = status === 'disconnected' || status === 'connecting';
    if (
      !isAsked &&
      setup.pace === 'at once' &&
      fruitless < 2 &&
      !wasRefusedAfterProbe() &&
      !(point !== null && server.faulty.has(point.id))
    ) {
      violate('S12', `the session was forgotten after ${fruitless} fruitless resumes`);
    }
    // Given up before the pause, and seen only now: the server is still the same.
    if (isAsked && !(status === 'connecting' && isAfterPause)) forgetSession();
    point = null;
    resumeOracle.reset();
    // Of the next session it is not known yet whether its server answers pings.
    hasAnswered = false;
  };

  const onRetry = (state: ConnectionState, before: ConnectionState, retryAt: number): void => {
    const delayMs = retryAt - Date.now();
    const failures = state.reconnectAttempts;
    const base = failures <= setup.backoffAfter ? 3_000 : Math.min(3_000 * failures ** 2, 300_000);
    const [low, high] = setup.backoff === 'vendor' ? [base, base + 2_000] : [3_000, 30_000];
    // A signal that came during the attempt, or just before the link was lost, shortens the following wait too. A clock
    // that jumps counts as such a signal.
    const isWoken =
      before.nextRetryAt !== null ||
      before.status === 'disconnected' ||
      wokenAtMs >= attemptedAtMs ||
      time.nowMs - wokenAtMs <= WAKE_INTERVAL_MS ||
      disturbedAtMs >= attemptedAtMs;
    if (isWoken && delayMs >= 0 && delayMs <= Math.max(high, WAKE_INTERVAL_MS + 2_000)) return;
    // The date, from which it is computed, has whole milliseconds.
    if (delayMs > low - 1 && delayMs < high + 1) return;
    totals.delaysOutOfRange += 1;
    violate('S10', `a wait of ${delayMs} ms after ${failures} failures, which is not in ${low} to ${high}`);
  };

  const onForgiven = (before: number, now: number): void => {
    if (now !== 0) violate('S10', `${before} failures became ${now}`);
    if (restartsAllowed > wishesAtForgiven || wakes > wakesAtForgiven) {
      wishesAtForgiven = restartsAllowed;
      wakesAtForgiven = wakes;
      return;
    }
    const socket = current();
    const livedMs = time.nowMs - (socket?.openedAtMs ?? time.nowMs);
    if (livedMs < 5_000) violate('S10', `${before} failures were forgotten after ${livedMs} ms of life`);
    else if ((socket?.frames ?? 0) === 0 && livedMs < 60_000) {
      violate('S10', `${before} failures were forgotten before anything had come`);
    }
  };
  let wishesAtForgiven = 0;
  let wakesAtForgiven = 0;

  // Sockets.

  /** Sockets that left out a session that could be resumed. */
  const probes = new Set<SocketFacts>();

  /** After five refusals in a row the session may be their reason. Probes were not refused because of it. */
  const mayProbe = (socket: SocketFacts): boolean => {
    const before = sockets.all.filter((one) => one !== socket && one.endedWith !== null && !probes.has(one));
    const lastUsed = before.findLastIndex(({ frames }) => frames > 0);
    return before.length - 1 - lastUsed >= REFUSALS_BEFORE_PROBE;
  };

  /** A probe has opened, and the next socket, which asked for the session again, has not. */
  const wasRefusedAfterProbe = (): boolean => {
    const last = sockets.all.findLastIndex(({ endedWith }) => endedWith !== null);
    const probe = sockets.all[last - 1];
    const isOpened = probe !== undefined && probes.has(probe) && probe.openedAtMs !== null;
    return isOpened && sockets.all[last]?.openedAtMs === null;
  };

  const checkResume = (socket: SocketFacts): void => {
    resumeOracle.judge(stream.accepted.length);
    const query = new URL(socket.url).searchParams;
    const id = query.get('connection_id') || null;
    const seq = id === null && setup.protocol === 'mattermost' ? null : query.get('sequence_number');
    if ((query.has('token') || query.has('access_token')) && setup.auth !== 'query')
      violate('S12', 'the token is in an address, and must not be');
    if (id === null && seq === null) {
      if (point !== null && mayProbe(socket)) probes.add(socket);
      else if (point !== null && setup.pace === 'at once')
        violate('S12', `${point.id} from ${point.seq} could be resumed, and was not`);
      return;
    }
    if (!(Number(seq) >= 1)) violate('S12', `a resume of ${id} from ${seq}`);
    // Held events are received events: the next link resumes after them.
    if (setup.pace === 'slow') {
      totals.resumes.tried += 1;
      resumeOracle.resumes(socket, stream.accepted.length);
      return;
    }
    if (point === null) violate('S12', `a resume of ${id} from ${seq}, and there was nothing to resume`);
    else if (id !== point.id || Number(seq) !== point.seq) {
      violate('S12', `a resume of ${id} from ${seq} instead of ${point.id} from ${point.seq}`);
    }
    totals.resumes.tried += 1;
    resumeOracle.resumes(socket, stream.accepted.length);
  };

  /** The first thing that an attempt does. */
  const firstAct =
    setup.url === 'function'
      ? 'url'
      : setup.token === 'function' && setup.auth !== 'none'
        ? 'token'
        : 'socket';

  const attempted = (what: 'url' | 'token' | 'socket'): void => {
    wakeOwedAtMs = null;
    if (what !== firstAct) return;
    attemptedAtMs = time.nowMs;
    attempts.push(time.nowMs);
    const isRecent = (atMs: number): boolean => atMs > time.nowMs - 30_000;
    const recent = attempts.filter(isRecent).length;
    if (recent > MAX_ATTEMPTS + excuses.filter(isRecent).length) violate('L2', `${recent} attempts in 30 s`);
  };

  const checkVerdict = (socket: SocketFacts, code: number): void => {
    count(totals.closes, String(code));
    tell(`the client closes it with ${code}`);
    const isStalled = socket.stalledSinceMs !== null;
    // The code of a socket that never opened reaches nobody.
    if (socket.openedAtMs === null) return;
    switch (code) {
      case 4000: {
        const { lastPing } = socket;
        if (lastPing === null) return violate('S7', 'a link was given up without a ping');
        if (isStalled) {
          const sinceMs = Math.max(socket.stalledSinceMs ?? 0, disturbedAtMs);
          const detectedMs = time.nowMs - sinceMs;
          totals.worstHalfOpenDetectionMs = Math.max(totals.worstHalfOpenDetectionMs, detectedMs);
        }
        // Of now: a command may have changed it.
        const heartbeat = timesOf(setup);
        const timeoutMs = heartbeat === false ? 0 : heartbeat.timeout;
        const isReplay = setup.protocol === 'envelope' && socket.url.includes('connection_id=');
        if (socket.frames > 0 || isReplay) slowLinks += 1;
        const isBusy = socket.busyUntilMs >= time.nowMs || time.nowMs - reconfiguredAtMs <= timeoutMs;
        const isSilent = isStalled || isBusy || setup.server.pings !== 'answered' || isClogged;
        if (!isSilent && time.nowMs - socket.flowedAtMs > timeoutMs + setup.latencyMs * 2) {
          violate('S7', 'a link that was alive was given up');
        }
        if (setup.server.pings !== 'answered' && setup.protocol === 'envelope' && !isClogged) {
          violate('S7', 'a link was given up for a missing answer, though the server never answers pings');
        }
        return;
      }
      case 4001:
        if (server.faulty.size === 0) violate('S4', 'a link was given up for a gap, and there was none');
        return;
      case 4002:
        if ((malformedRuns.get(socket) ?? 0) < 10)
          violate('S17', 'a link was given up for fewer than 10 bad frames');
        return;
      case 1000:
        return;
      case 3000:
        if (setup.protocol === 'mattermost') return;
        return violate('S6', 'a link was given up for its token, which was not refused');
      default:
        violate('S6', `a socket was closed with ${code}`);
    }
  };
  let isClogged = false;
  let reconfiguredAtMs = Number.NEGATIVE_INFINITY;

  const handler = (task: () => void): void => {
    depth += 1;
    try {
      task();
    } catch (error) {
      thrown += 1;
      throw error;
    } finally {
      depth -= 1;
    }
  };

  const checkUp = (): void => {
    const { status } = service.store.getState();
    const socket = current();
    if (status !== 'connected') return;
    if (socket?.readyState !== 1) return violate('S6', 'connected, and no socket is open');
    const heartbeat = timesOf(setup);
    if (heartbeat === false) return;
    const isJudged = setup.protocol !== 'envelope' || hasAnswered;
    if (!isJudged) return;
    const silentMs = time.nowMs - heardAt.ms - (sleptMs - heardAt.sleptMs);
    const respitesMs = (disturbances - heardAt.disturbances) * 6_000;
    // The wait for the next ping may be computed again, once, if the clock has jumped meanwhile.
    const stretch = Math.min(2 ** slowLinks, MAX_STRETCH);
    const waitMs = heartbeat.timeout * stretch;
    // Another frame may come while a ping waits. On a slow network that wait may be longer than the interval.
    const untilPingMs = slowLinks === 0 ? heartbeat.interval : Math.max(heartbeat.interval, waitMs);
    const boundMs = untilPingMs + waitMs + 100;
    // On a slow network a probe waits as long as any other ping.
    const probeMs = slowLinks === 0 ? PROBE_MS : Math.max(waitMs, PROBE_MS);
    const reckonedAnewMs = time.nowMs - disturbedAtMs <= boundMs + probeMs ? probeMs : 0;
    const limitMs = boundMs + respitesMs + reckonedAnewMs;
    // A wake signal may ping again, and that ping has its own 5 s.
    const isAskedAnew = time.nowMs - wokenAtMs <= probeMs + 100;
    if (silentMs > limitMs && !isAskedAnew) violate('S7', `connected after ${silentMs} ms without a frame`);
  };

  const lookAt = (state: ConnectionState): void => count(totals.phases, phase(state));

  const phase = (state: ConnectionState): string => {
    const socket = current();
    switch (state.status) {
      case 'disconnected':
        return 'stopped';
      case 'connected':
        return 'connected';
      default:
        if (state.nextRetryAt !== null) return 'waiting';
        if (page.isAsleep) return 'asleep';
        if (questions.size > 0) return 'preparing';
        if (socket === undefined) return 'starting';
        return socket.readyState === 0 ? 'opening' : 'open';
    }
  };

  /** While the service should be connected, something must be pending: a question, a socket, or a wait. */
  const checkBusy = ({ status, nextRetryAt }: ConnectionState): void => {
    const isTrying = status === 'connecting' || status === 'reconnecting';
    const isBusy = !isTrying || nextRetryAt !== null || sockets.live.length > 0 || questions.size > 0;
    if (isBusy) idleSinceMs = null;
    else idleSinceMs ??= time.nowMs;
    if (idleSinceMs === null || time.nowMs - idleSinceMs <= IDLE_MS) return;
    violate('L1', `${status} for ${time.nowMs - idleSinceMs} ms, and nothing is under way`);
  };

  const checkNothing = (when: string, state: ConnectionState): void => {
    const { live, leaving } = sockets;
    if (live.length > 0) {
      totals.leaks.sockets += live.length;
      violate('S8', `${live.length} sockets are left ${when}`);
    }
    // Held events are delivered in the end, also after giving up and during a pause: that needs timers.
    const mayHold =
      setup.pace === 'slow' && (state.reason === 'attempts-exhausted' || state.reason === 'idle');
    if (time.pageTimers > leaving.length && !mayHold) {
      totals.leaks.timers += time.pageTimers;
      violate('S8', `${time.pageTimers} timers are left ${when}`);
    }
    const extra =
      state.reason === 'attempts-exhausted'
        ? page.listeners.filter((one) => !WAKE_EVENTS.includes(one))
        : page.listeners;
    if (extra.length > 0) {
      totals.leaks.listeners += extra.length;
      violate('S8', `${extra.join(', ')} are still listened for ${when}`);
    }
  };

  return {
    violations,
    violate,
    accepted: stream.accepted,
    attach(theService, theSockets) {
      service = theService;
      sockets = theSockets;
      service.events$.subscribe(onEvent);
      service.missed$.subscribe(onMissed);
      service.errors$.subscribe(onError);
      service.store.subscribe(onState);
    },
    get restartsAllowed() {
      return restartsAllowed;
    },
    onRestartAllowed() {
      restartsAllowed += 1;
      refusals = 0;
      excuses.push(time.nowMs);
      wasRestartAllowed = true;
      wakeOwedAtMs = null;
    },
    subscribe(to, kind) {
      stream.subscribe(service, to, (_, number) =>
        handler(() => {
          if (typeof kind === 'function') kind();
          else if (kind === 'throwing' && number % 3 === 0) throw new Error('a handler that throws');
        }),
      );
    },
    unsubscribe: stream.unsubscribe,
    handler,
    sent: outbound.sent,
    cleared: outbound.cleared,
    requested: (nonce, promise) => outbound.requested(nonce, promise),
    onAsked(what) {
      attempted(what);
      const question = { what };
      questions.add(question);
      const forTokens = [...questions].filter((one) => one.what === 'token').length;
      if (forTokens > 1) violate('S5', 'two questions for a token at the same time');
      return () => questions.delete(question);
    },
    clogged(state) {
      isClogged = state === 'clogged';
    },
    onConstructed(socket) {
      totals.sockets += 1;
      tell(`a socket to ${socket.url}`);
      attempted('socket');
      const { origin, pathname } = new URL(socket.url);
      const address = setup.url === 'text' ? origin + pathname : '';
      if (place.address !== address)
        place = { address, refusedPings: 0, firstCode: 0, hasLongLink: false, kinds: new Set() };
      const { status } = service.store.getState();
      if (status === 'disconnected' || status === 'connected')
        violate('S8', `a socket was made while ${status}`);
      if (sockets.live.length > 1) violate('S1', `${sockets.live.length} sockets are live`);
      checkResume(socket);
    },
    onOpen(socket) {
      tell('it is open');
      // The client closes a probe as soon as it has opened.
      if (socket.isLeft || probes.has(socket)) return;
      stream.linkOpened();
      outbound.opened(socket);
      heardAt = { ms: time.nowMs, sleptMs, disturbances };
    },
    onClose: checkVerdict,
    onFrame(socket, frame) {
      heardAt = { ms: time.nowMs, sleptMs, disturbances };
      const kind = classify(frame);
      const isUnrecognised = kind.startsWith('unrecognised');
      if (kind !== 'malformed' && !isUnrecognised && !String(frame).includes('"FAIL"')) refusals = 0;
      if (!String(frame).startsWith('{"seq_reply":')) tell(`→ ${String(frame).slice(0, 120)}`);
      if (socket.closedWith !== null) return;
      if (kind === 'meaningful' && String(frame).startsWith('{"event":')) {
        hasSpoken = true;
        stream.arrived(JSON.parse(String(frame)));
      }
      // The hello may be held for a while, but its session is known at once.
      const [, id] = /"connection_id":"(SID\d+)"/.exec(String(frame)) ?? [];
      if (id !== undefined && id !== greetedBy) {
        greetedBy = id;
        hasAnswered = false;
      }
      if (socket.hasPong && socket.lastPing !== null) {
        const waitedMs = time.nowMs - socket.lastPing.atMs;
        // Of now: a command may have changed it.
        const heartbeat = timesOf(setup);
        const timeoutMs = heartbeat === false ? 0 : heartbeat.timeout;
        if (waitedMs < Math.min(timeoutMs, 5_000)) {
          hasAnswered = true;
          hasSpoken = true;
          slowLinks = 0;
        }
      }
      if (kind === 'malformed') {
        expectedMalformed += 1;
        malformedRuns.set(socket, (malformedRuns.get(socket) ?? 0) + 1);
      } else if (!isUnrecognised) malformedRuns.set(socket, 0);
      else if (!place.kinds.has(kind)) {
        place.kinds.add(kind);
        expectedUnrecognised += 1;
      }
    },
    onSend(frame) {
      const isPing = /^{"(event|action)":"ping"/.test(frame);
      if (!isPing) tell(`← ${frame.slice(0, 120)}`);
      if (isPing && setup.heartbeat === 'auto' && setup.protocol === 'envelope' && !hasSpoken)
        violate('S7', 'a ping was sent to a server that has not shown that it knows pings');
      outbound.handedOver(frame, current());
    },
    aroundDetached(call) {
      const state = service.store.getState();
      const before = [stream.accepted.length, time.pageTimers, page.listeners.length, stream.pending];
      totals.staleCallbacks += 1;
      call();
      const after = [stream.accepted.length, time.pageTimers, page.listeners.length, stream.pending];
      if (service.store.getState() !== state || String(before) !== String(after)) {
        violate('S2', 'a callback of a detached socket changed something');
      }
    },
    onUncaught(error) {
      violate('S16', `uncaught: ${error instanceof Error ? error.stack : String(error)}`);
    },
    onLog(level, words) {
      const text = JSON.stringify(words);
      lookFor(CANARY, text, `a log (${level})`);
      if (/SID\d/.test(text)) violate('S12', `a session's id is in a log: ${text}`);
    },
    pausing(graceMs) {
      const { connectionId } = service.store.getState();
      if (paused === null && graceMs > 0) paused = { at: Date.now(), graceMs, connectionId, isSame: true };
    },
    anotherSession() {
      if (paused !== null) paused = { ...paused, isSame: false };
    },
    reconfigured() {
      reconfiguredAtMs = time.nowMs;
      heardAt = { ms: time.nowMs, sleptMs, disturbances };
    },
    woken() {
      wakes += 1;
      wokenAtMs = time.nowMs;
      excuses.push(time.nowMs);
      const state = service.store.getState();
      const waits =
        state.nextRetryAt !== null ||
        (state.status === 'disconnected' && state.reason === 'attempts-exhausted');
      if (waits && wakeOwedAtMs === null) wakeOwedAtMs = time.nowMs + 7_050;
    },
    disturbed(ms) {
      sleptMs += ms;
      disturbances += 1;
      outbound.disturbed(ms);
      // No time has passed, so it was the clock.
      if (ms === 0) resumeOracle.clockJumped();
      lookAt(service.store.getState());
      disturbedAtMs = time.nowMs;
      idleSinceMs = null;
      if (wakeOwedAtMs !== null) wakeOwedAtMs += ms;
    },
    check() {
      wasRestartAllowed = false;
      if (page.isAsleep) return;
      const state = service.store.getState();
      if (service.store.getState() !== state) violate('S20', 'the state is another object each time');
      if (sockets.live.length > 1) violate('S1', `${sockets.live.length} sockets are live`);
      if (sockets.all.some((socket) => socket.closedWith !== null && socket.hasHandlers)) {
        violate('S1', 'a socket that was closed is still listened to');
      }
      for (const { readyState, madeAtMs } of sockets.leaving) {
        if (readyState !== 0) violate('S1', 'a socket that was left has opened, and is not closed');
        if (time.nowMs - madeAtMs - sleptMs > CONNECT_TIMEOUT_MS)
          violate('S1', 'a socket that was left is still opening');
      }
      totals.maxLiveSockets = Math.max(totals.maxLiveSockets, sockets.maxLive);
      lookAt(state);
      if (service.isConnected() !== (state.status === 'connected')) {
        violate('S6', `isConnected() is ${service.isConnected()} while ${state.status}`);
      }
      checkUp();
      checkBusy(state);
      if (state.status === 'disconnected') checkNothing(`while disconnected (${state.reason})`, state);
      else {
        const pending = outbound.pendingRequests;
        if (time.pageTimers > MAX_TIMERS + pending + sockets.leaving.length)
          violate('S11', `${time.pageTimers} timers, ${pending} requests`);
        if (new Set(page.listeners).size !== page.listeners.length) {
          violate('S8', `something is listened for twice: ${page.listeners.join(', ')}`);
        }
      }
      outbound.check(state.status);
      if (wakeOwedAtMs !== null && time.nowMs > wakeOwedAtMs) {
        violate('rule 9', `a wake signal, and no attempt within 7 s (${state.status})`);
        wakeOwedAtMs = null;
      }
      if (expectedMalformed !== reportedMalformed) {
        violate('S17', `${reportedMalformed} malformed frames were reported, of ${expectedMalformed}`);
        expectedMalformed = reportedMalformed;
      }
      if (expectedUnrecognised !== reportedUnrecognised) {
        violate(
          'S17',
          `${reportedUnrecognised} unrecognised frames were reported, of ${expectedUnrecognised} kinds`,
        );
        expectedUnrecognised = reportedUnrecognised;
      }
      if (thrown !== reportedThrown) {
        violate('S16', `${reportedThrown} errors of handlers were reported, of ${thrown}`);
        thrown = reportedThrown;
      }
      for (const complaint of server.complaints.splice(0)) violate('S12', complaint);
      for (const delay of time.oddDelays.splice(0)) {
        totals.delaysOutOfRange += 1;
        violate('S10', `a timer of ${delay} ms`);
      }
    },
    checkTexts() {
      const state = service.store.getState();
      lookFor(CANARY, JSON.stringify({ ...state, lastEvents: [...state.lastEvents] }), 'the store');
      // A commit that was scheduled before the options changed comes in its own time.
      if ((setup.batch === 'frame' && setup.frames) || time.nowMs - reconfiguredAtMs <= 1_000) return;
      const { last, lastSeq } = stream;
      const committed = state.lastEventId;
      if (last === null || state.connectionId !== last.sid || lastSeq < 0) return;
      if (committed !== String(lastSeq)) violate('S6', `lastEventId is ${committed} after ${lastSeq}`);
    },
    checkStopped(when) {
      const state = service.store.getState();
      if (state.status !== 'disconnected') violate('S8', `${state.status} ${when}`);
      checkNothing(when, state);
    },
    hasLostLinkToPing: () => wasPingRefused,
    checkComplete(lastUid) {
      const { session } = server;
      const { last } = stream;
      const state = service.store.getState();
      if (state.status !== 'connected')
        return violate('L1', `${state.status} (${state.reason}) after all faults ended`);
      if (last?.uid !== lastUid)
        return violate('L1', `a fresh event did not come: ${last?.uid} instead of ${lastUid}`);
      if (session === null || session.active.length > 0 || session.nextK !== last.k + 1) {
        totals.events.lost += 1;
        violate('L1', `the session has more: ${session?.id} ${session?.nextK} after ${last.sid} ${last.k}`);
      }
    },
    checkSettled: outbound.checkSettled,
    finish() {
      stream.checkSubscribers();
      totals.events.emitted += server.emitted;
      totals.events.delivered += stream.delivered;
      for (const { outcome } of server.resumes) totals.resumes[outcome] += 1;
    },
  };
}

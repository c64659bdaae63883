/** Pings the server over one link, and gives up the link if no frame arrives in answer. */
import { ownCodes } from '../../connection/states.ts';
import type { LinkCodec, Protocol, ReplyResult } from '../../protocols/protocol.ts';
import type { ConnectionStores } from '../../store/connection-store.ts';
import type { SequenceTracker } from '../../stream/sequence.ts';
import type { Link } from '../../transport/open-socket.ts';
import { startWakefulTimer } from '../../transport/wakeful-timer.ts';
import type { ActiveConfig } from '../config/active-config.ts';
import type { HeartbeatConfig } from '../config/config.ts';
import type { ServerSession } from '../inbound/delivery.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { RunInTurn } from '../run-in-turn.ts';
import { type KnownServer, notePingAnswer, reconsiderPings } from './known-server.ts';
import { SLEEP_MS, stretched } from './patience.ts';

export interface HeartbeatParts {
  readonly active: ActiveConfig;
  readonly serverSession: ServerSession;
  readonly knownServer: () => KnownServer;
  readonly sequence: SequenceTracker;
  readonly stores: ConnectionStores;
  readonly reporter: Reporter;
  readonly runInTurn: RunInTurn;
  readonly nextId: () => number;
}

export interface Heartbeat {
  /** Pings now, with a short deadline: the link may be dead. */
  probe(): void;
  /**
   * Call for each reply and pong; null: a pong without an id. `failed`: the server does not know what a ping is. Returns
   * whether it answers a ping.
   */
  onAnswer(id: number | null, status: ReplyResult['status']): boolean;
  /** `ping`: it was sent just now, and the server has accepted none in this session. Call it when the link is closed. */
  justSent(): 'ping' | undefined;
  /** The config may have changed: applies another interval or timeout, and switches pings on or off. */
  followConfig(): void;
  stop(): void;
}

/** The first ping comes early, so that it is soon known whether this server answers pings. */
const FIRST_PING_MS = 1_000;

/** A close this soon after a ping may be the server's answer to it. */
const REFUSAL_MS = 3_000;

/** How long a probe waits. */
const PROBE_MS = 5_000;

/** How soon a probe may follow a ping: a page that is shown again sends up to four wake signals at once. */
const PROBE_INTERVAL_MS = 1_000;

/** How many times in a row the timeout may be extended: after a sleep, or because only our own frames are stuck. */
const MAX_EXTENSIONS = 3;

const MAX_PENDING_PINGS = 5;

/** In place of the settings: no pings. */
const off = { interval: 0, timeout: 0, pings: 'never' } as const;

/** Starts pinging. `answersPings` is the protocol's; `mayBeSlow`: a missing answer may be late only; `abandon` gives the link up. */
export function startHeartbeat(
  link: Link,
  codec: LinkCodec,
  answersPings: Protocol['answersPings'],
  { active, serverSession, knownServer, sequence, stores, reporter, runInTurn, nextId }: HeartbeatParts,
  mayBeSlow: () => boolean,
  abandon: (code: typeof ownCodes.missedAnswer, reason: string, silentMs: number) => void,
): Heartbeat {
  const isSure = answersPings === 'surely';
  /** The newest pings. A late answer still is an answer. */
  let pending: readonly number[] = [];
  /** Whether the newest ping is unanswered. Otherwise the next one is not due yet. */
  let isWaiting = false;
  /** Not the date: the clock may be set meanwhile. */
  const startedAt = performance.now();
  let sentAt = 0;
  let sentAtUptime = 0;
  /** The link lived until then, or longer. */
  let aliveAt = Date.now();
  let dueAt = 0;
  let extensions = 0;
  /** Whether the newest ping may be one that the server does not bear: it has accepted none in this session so far. */
  let isUntested = false;
  /** How long it waits before it looks again whether the server may be pinged. */
  let lookMs = FIRST_PING_MS;
  let stopTimer = (): void => {};

  let isStopped = false;

  /** Live, because props are. */
  const settings = (): HeartbeatConfig | typeof off => (!isStopped && active.config?.heartbeat) || off;

  /** A jump of the clock is a reason to probe, like every wake signal. */
  const after = (delayMs: number, task: () => void): void => {
    stopTimer();
    dueAt = Date.now() + delayMs;
    const onDue = (): void => runInTurn(() => settings() !== off && task());
    stopTimer = startWakefulTimer(delayMs, onDue, () => runInTurn(probe));
  };

  /** A server may not know what a ping is, and close the link because of one. */
  const mayPing = (): boolean => {
    if (isSure) return true;
    const server = knownServer();
    if (reconsiderPings(server, performance.now() - startedAt, serverSession.id))
      reporter.fail('heartbeat-refused', { code: server.suspect.code });
    if (server.pings !== 'allowed') return false;
    if (settings().pings === 'always' || answersPings !== 'unknown') return true;
    return serverSession.id !== null || serverSession.hasAnsweredPing || sequence.isNumbered;
  };

  const sendPing = (): number => {
    const id = nextId();
    try {
      const frame = codec.ping?.(id);
      if (frame !== undefined) link.send(frame);
    } catch (thrown) {
      reporter.thrown("The protocol's ping", thrown);
    }
    return id;
  };

  /** Until a ping is answered. */
  const patient = (waitMs: number): number => stretched(waitMs, serverSession);

  /** Looks again later, less and less often: the server may still show that it speaks the protocol. */
  const lookAgain = (): void => {
    isWaiting = false;
    lookMs = Math.min(lookMs * 2, settings().interval);
    after(lookMs, ask);
  };

  /** Pings, if the server may be pinged, and waits for `timeout`, or for `atMostMs` if that is less. */
  const ask = (atMostMs = Number.POSITIVE_INFINITY): void => {
    if (!mayPing()) return lookAgain();
    if (isUntested) clearSuspicion();
    isUntested = !isSure && !serverSession.hasAnsweredPing;
    // Starts a new measurement.
    link.checkFlow();
    isWaiting = true;
    sentAt = Date.now();
    sentAtUptime = performance.now();
    pending = [...pending, sendPing()].slice(-MAX_PENDING_PINGS);
    const { timeout } = settings();
    if (timeout) after(patient(Math.min(timeout, atMostMs)), onTimeout);
  };

  /** The last ping did no harm. */
  const clearSuspicion = (): void => {
    knownServer().suspicion = 0;
  };

  /** Not briefly where the network is known to be slow: the answer to a probe waits behind a large frame like any other. */
  const askBriefly = (): void => ask(serverSession.slowLinks > 0 ? undefined : PROBE_MS);

  /**
   * The rest of a wait since the last ping. By two clocks: the date may have been set back meanwhile, and the uptime clock may
   * have stood still while the machine slept.
   */
  const remainingMs = (waitMs: number): number => {
    const passedMs = Math.max(Date.now() - sentAt, performance.now() - sentAtUptime);
    return Math.max(waitMs - passedMs, 0);
  };

  /**
   * Waits until the next ping is due, counted from the last ping: a link that dies right after an answer is then found
   * within interval + timeout. If only other frames came, and `timeout` is longer than `interval`, the next ping waits for
   * `interval` only.
   */
  const waitForNextPing = (isAnswered: boolean): void => {
    isWaiting = false;
    const { interval } = settings();
    after(remainingMs(interval), () => ask(isAnswered ? undefined : interval));
  };

  /** Frames that arrived while the page was busy or asleep are still to be read, so this allows one macrotask more. */
  const onTimeout = (): void => {
    const hasSlept = Date.now() - dueAt > SLEEP_MS;
    after(0, () => checkAnswer(hasSlept));
  };

  const checkAnswer = (hasSlept: boolean): void => {
    const flow = link.checkFlow();
    if (flow !== 'silent') aliveAt = sentAt;
    if (flow === 'flowing' || !(isSure || serverSession.hasAnsweredPing)) return waitForNextPing(false);
    // Half-open: we receive, but our frames do not leave. The network may only be slow, so it gets more time.
    const isStuck = flow === 'stuck';
    if ((isStuck || hasSlept) && extensions < MAX_EXTENSIONS) {
      extensions += 1;
      return isStuck ? ask() : askBriefly();
    }
    if (mayBeSlow()) serverSession.slowLinks += 1;
    const reason = isStuck ? 'our frames do not leave' : 'no answer to a ping';
    abandon(ownCodes.missedAnswer, reason, Date.now() - aliveAt);
  };

  const probe = (): void => {
    if (settings() === off || !mayPing()) return;
    const now = Date.now();
    // Overdue: the machine slept, and the network may be gone since.
    if (dueAt < now) return askBriefly();
    // A ping that was sent just now gets a moment to be answered.
    if (isWaiting && serverSession.slowLinks > 0) return;
    const delayMs = isWaiting ? PROBE_MS : remainingMs(PROBE_INTERVAL_MS);
    if (now + delayMs < dueAt) after(delayMs, isWaiting ? onTimeout : askBriefly);
  };

  let known: ReturnType<typeof settings> = off;

  const followConfig = (): void => {
    const before = known;
    known = settings();
    if (known === off) return stopTimer();
    const { interval, timeout, pings } = known;
    if (before.interval === interval && before.timeout === timeout && before.pings === pings) return;
    if (before !== off && isWaiting) return after(remainingMs(patient(timeout)), onTimeout);
    isWaiting = false;
    after(sentAt === 0 ? Math.min(interval, FIRST_PING_MS) : remainingMs(interval), ask);
  };

  // Where pings are always answered, the first answer is what makes the link connected, so the first ping goes out now,
  // even with `heartbeat: false`.
  if (isSure) {
    known = settings();
    ask();
  } else followConfig();

  return {
    probe,
    followConfig,
    onAnswer(id, status) {
      if (id !== null && !pending.includes(id)) return false;
      aliveAt = Date.now();
      if (pending.length > 0) serverSession.hasAnsweredPing = true;
      if (status === 'ok' && isUntested) {
        isUntested = false;
        notePingAnswer(knownServer());
      }
      if (!isWaiting || (id !== null && id !== pending.at(-1))) return id !== null;
      extensions = 0;
      serverSession.slowLinks = 0;
      stores.publish({ latency: Math.max(Date.now() - sentAt, 0) });
      waitForNextPing(true);
      return true;
    },
    justSent() {
      if (isUntested && Math.abs(Date.now() - sentAt) <= REFUSAL_MS) return 'ping';
      if (isUntested) clearSuspicion();
      return undefined;
    },
    stop() {
      isStopped = true;
      stopTimer();
    },
  };
}

/** Is there still somebody at the other end? Pings, and a verdict where nothing at all comes back. */
import type { Link } from '../transport/open-socket.ts';
import { startWakefulTimer } from '../transport/wakeful-timer.ts';

export interface HeartbeatConfig {
  readonly interval: number;
  readonly timeout: number;
}

export interface Heartbeat {
  /** A link is open. `surely`: it answers pings. Else silence means nothing, until it has answered one. */
  start(link: Link, answers?: 'surely' | 'perhaps'): void;
  /** There is a reason for doubt: asks now, and waits only briefly. */
  probe(): void;
  /** A reply has come. Whether it answers our ping. */
  isAnswer(id: number | null): boolean;
  stop(): void;
  /** Another server may be at the other end from now on: it has answered nothing yet. */
  endSession(): void;
}

/** The first ping of a server that may not answer any: soon, so that it is known early. */
const FIRST_PING_MS = 1_000;

/** How long a probe waits. */
const PROBE_MS = 5_000;

/** How soon after a ping a probe may follow: a page that comes back fires four signals in one go. */
const PROBE_INTERVAL_MS = 1_000;

/** A timer that is later than this was not late: the machine, or the page, was asleep. */
const SLEEP_MS = 5_000;

/** So often in a row a verdict is put off: because of a sleep, or because only our own frames are stuck. */
const MAX_RESPITES = 3;

const MAX_ASKED = 5;

/**
 * Without a `config` there are no more pings. `inTurn` runs what a timer has come for, when nothing else is under way.
 * `ping` sends one, whose answer comes in a later turn, and returns its id.
 */
export function createHeartbeat(
  config: () => HeartbeatConfig | false | undefined,
  inTurn: (task: () => void) => void,
  ping: () => number,
  onLatency: (latencyMs: number) => void,
  onDead: (reason: string) => void,
): Heartbeat {
  let link: Link | undefined;
  let isSure = false;
  /** In this session, over all its links. */
  let hasAnswered = false;
  /** The newest pings: one that is answered too late is answered all the same. */
  let asked: readonly number[] = [];
  /** Whether the newest is out; if not, the next one is not due yet. */
  let isAsking = false;
  let sentAt = 0;
  let dueAt = 0;
  let respites = 0;
  let stopTimer = (): void => {};

  /** A jump of the clock is a reason for doubt, like every wake signal. */
  const after = (delayMs: number, task: () => void): void => {
    stopTimer();
    dueAt = Date.now() + delayMs;
    const onDue = (): void => inTurn(() => config() && task());
    stopTimer = startWakefulTimer(delayMs, onDue, () => inTurn(probe));
  };

  /** Waits for `timeout`, or less where `atMostMs` says so. */
  const ask = (atMostMs = Number.POSITIVE_INFINITY): void => {
    // Forgets what happened before.
    link?.trouble();
    isAsking = true;
    sentAt = Date.now();
    asked = [...asked, ping()].slice(-MAX_ASKED);
    const { timeout } = config() || {};
    if (timeout) after(Math.min(timeout, atMostMs), due);
  };

  const askBriefly = (): void => ask(PROBE_MS);

  /** What is left of a wait since the ping; the whole of it, where the clock was set back meanwhile. */
  const remainingMs = (waitMs: number): number => Math.min(Math.max(sentAt + waitMs - Date.now(), 0), waitMs);

  /**
   * From ping to ping, so that a link that dies right after an answer is found within interval + timeout. Where only
   * other frames came, and `timeout` is the longer of the two, the rest of that sum is `interval`.
   */
  const rest = (): void => {
    isAsking = false;
    const { interval = 0, timeout = 0 } = config() || {};
    const isAnswered = Date.now() - sentAt < timeout;
    after(remainingMs(interval), () => ask(isAnswered ? undefined : interval));
  };

  /** What arrived while the page was busy, or asleep, is still to be read: it gets one macrotask. */
  const due = (): void => {
    const wasAsleep = Date.now() - dueAt > SLEEP_MS;
    after(0, () => judge(wasAsleep));
  };

  const judge = (wasAsleep: boolean): void => {
    const trouble = link?.trouble();
    if (!trouble || !(isSure || hasAnswered)) return rest();
    // Events come, and nothing of ours leaves: half a link. It may be a slow one, so it gets its time.
    const isStuck = trouble === 'stuck';
    if ((isStuck || wasAsleep) && respites < MAX_RESPITES) {
      respites += 1;
      return isStuck ? ask() : askBriefly();
    }
    onDead(isStuck ? 'nothing that we send leaves' : 'no answer to a ping');
  };

  const probe = (): void => {
    if (!link || !config()) return;
    const now = Date.now();
    // Overdue: the machine fell asleep, and the network may be gone since.
    if (dueAt < now) return askBriefly();
    // Asked just now, and answered: it has a moment.
    const delayMs = isAsking ? PROBE_MS : remainingMs(PROBE_INTERVAL_MS);
    if (now + delayMs < dueAt) after(delayMs, isAsking ? due : askBriefly);
  };

  return {
    start(theirs, answers) {
      link = theirs;
      isSure = answers === 'surely';
      respites = 0;
      sentAt = 0;
      // The answer to the first is what some protocols call connected, so it goes out whatever the config says.
      const { interval = 0 } = config() || {};
      if (isSure) ask();
      else after(Math.min(interval, FIRST_PING_MS), ask);
    },
    probe,
    isAnswer(id) {
      if (id !== null && !asked.includes(id)) return false;
      hasAnswered ||= asked.length > 0;
      if (!isAsking || (id !== null && id !== asked.at(-1))) return id !== null;
      respites = 0;
      onLatency(Math.max(Date.now() - sentAt, 0));
      rest();
      return true;
    },
    stop() {
      stopTimer();
      link = undefined;
      isAsking = false;
    },
    endSession() {
      hasAnswered = false;
    },
  };
}

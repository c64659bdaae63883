/** Is there still somebody at the other end? Pings, and a verdict where nothing at all comes back. */
import type { Link } from '../transport/open-socket.ts';
import { startWakefulTimer } from '../transport/wakeful-timer.ts';

export interface HeartbeatConfig {
  readonly interval: number;
  readonly timeout: number;
}

export interface HeartbeatParts {
  /** Null: no more pings. */
  readonly config: () => HeartbeatConfig | null;
  /** Runs what a timer has come for, when nothing else is under way. */
  readonly inTurn: (task: () => void) => void;
  readonly nextId: () => number;
  readonly ping: (id: number) => void;
  /** How many frames have come over this link. */
  readonly heard: () => number;
  readonly outbound: () => ReturnType<Link['outbound']>;
  readonly onLatency: (latencyMs: number) => void;
  readonly onDead: (reason: string) => void;
}

export interface Heartbeat {
  /** A link is open. `surely`: it answers pings. `perhaps`: silence means nothing, until it has answered one. */
  start(answers: 'surely' | 'perhaps'): void;
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

/** `asking`: a ping is out. `resting`: the next one is not due yet. */
type Beat =
  | { readonly phase: 'off' }
  | { readonly phase: 'resting'; readonly sentAt: number; readonly dueAt: number }
  | {
      readonly phase: 'asking';
      readonly id: number;
      readonly sentAt: number;
      readonly dueAt: number;
      readonly heardBefore: number;
    };

export function createHeartbeat(parts: HeartbeatParts): Heartbeat {
  let beat: Beat = { phase: 'off' };
  let answers: 'surely' | 'perhaps' = 'perhaps';
  /** Of this session, over all its links. */
  let answered: 'never' | 'once' = 'never';
  let respites = 0;
  /** The newest pings: one that is answered too late is answered all the same. */
  let asked: readonly number[] = [];
  let stopTimer = (): void => {};

  /** A jump of the clock is a reason for doubt, like every wake signal. */
  const after = (delayMs: number, task: () => void): void => {
    stopTimer();
    const onJump = (): void => parts.inTurn(probe);
    stopTimer = startWakefulTimer(Math.max(delayMs, 0), () => parts.inTurn(task), onJump);
  };

  const stop = (): void => {
    stopTimer();
    beat = { phase: 'off' };
  };

  const sendPing = (waitMs: number): void => {
    const heardBefore = parts.heard();
    // Forgets what happened before: what has not left since this ping is what counts.
    parts.outbound();
    const sentAt = Date.now();
    const id = parts.nextId();
    asked = [...asked, id].slice(-MAX_ASKED);
    beat = { phase: 'asking', id, sentAt, dueAt: sentAt + waitMs, heardBefore };
    parts.ping(id);
  };

  /** Waits for `timeout`, or less where `atMostMs` says so. */
  const ask = (atMostMs: number): void => {
    const config = parts.config();
    if (config === null) return stop();
    const waitMs = Math.min(config.timeout, atMostMs);
    sendPing(waitMs);
    after(waitMs, due);
  };

  const rest = (sentAt: number, delayMs: number, atMostMs: number): void => {
    beat = { phase: 'resting', sentAt, dueAt: Date.now() + delayMs };
    after(delayMs, () => ask(atMostMs));
  };

  /**
   * From ping to ping, so that a link that dies right after an answer is found within interval + timeout. Where only
   * other frames came, and `timeout` is the longer of the two, the rest of that sum is `interval`.
   */
  const restUntilNext = (sentAt: number): void => {
    const { interval, timeout } = parts.config() ?? { interval: 0, timeout: 0 };
    const isAnswered = Date.now() - sentAt < timeout;
    rest(sentAt, remainingMs(sentAt, interval), isAnswered || timeout <= interval ? timeout : interval);
  };

  /** What arrived while the page was busy, or asleep, is still to be read: it gets one macrotask. */
  const due = (): void => {
    if (beat.phase !== 'asking') return;
    const wasAsleep = Date.now() - beat.dueAt > SLEEP_MS;
    after(0, () => judge(wasAsleep));
  };

  const judge = (wasAsleep: boolean): void => {
    if (beat.phase !== 'asking') return;
    const { sentAt, heardBefore } = beat;
    if (answers === 'perhaps' && answered === 'never') return restUntilNext(sentAt);
    const isSilent = parts.heard() === heardBefore;
    // Events come, and nothing of ours leaves: half a link. It may be a slow one, so it gets its time.
    if (!isSilent && parts.outbound() !== 'stalled') return restUntilNext(sentAt);
    const mayWait = isSilent ? wasAsleep : true;
    if (mayWait && respites < MAX_RESPITES) {
      respites += 1;
      return ask(isSilent ? PROBE_MS : Number.POSITIVE_INFINITY);
    }
    parts.onDead(isSilent ? 'no answer to a ping' : 'nothing that we send leaves');
  };

  const probe = (): void => {
    if (parts.config() === null) return;
    const now = Date.now();
    switch (beat.phase) {
      case 'off':
        return;
      case 'resting': {
        // Asked just now, and answered.
        const delayMs = remainingMs(beat.sentAt, PROBE_INTERVAL_MS);
        if (delayMs < beat.dueAt - now || beat.dueAt < now) rest(beat.sentAt, delayMs, PROBE_MS);
        return;
      }
      case 'asking':
        // Overdue: it was asked before the machine fell asleep, perhaps over a network that is gone.
        if (beat.dueAt < now) ask(PROBE_MS);
        else if (now + PROBE_MS < beat.dueAt) {
          beat = { ...beat, dueAt: now + PROBE_MS };
          after(PROBE_MS, due);
        }
        return;
      default:
        beat satisfies never;
    }
  };

  return {
    start(theirs) {
      const config = parts.config();
      answers = theirs;
      respites = 0;
      // The answer to the first is what some protocols call connected, so it goes out whatever the config says.
      if (theirs === 'surely' && config === null) sendPing(Number.POSITIVE_INFINITY);
      else if (theirs === 'surely') ask(Number.POSITIVE_INFINITY);
      else if (config !== null)
        rest(Number.NEGATIVE_INFINITY, Math.min(config.interval, FIRST_PING_MS), config.timeout);
    },
    probe,
    isAnswer(id) {
      if (id !== null && !asked.includes(id)) return false;
      if (asked.length > 0) answered = 'once';
      if (beat.phase !== 'asking' || (id !== null && id !== beat.id)) return id !== null;
      respites = 0;
      const { sentAt } = beat;
      parts.onLatency(Math.max(Date.now() - sentAt, 0));
      restUntilNext(sentAt);
      return true;
    },
    stop,
    endSession() {
      answered = 'never';
    },
  };
}

/** What is left of a wait; the whole of it, where the clock was set back meanwhile. */
function remainingMs(since: number, waitMs: number): number {
  return Math.min(Math.max(since + waitMs - Date.now(), 0), waitMs);
}

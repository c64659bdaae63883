/** Gives up a link on which nothing arrives, where the config (`heartbeat.expect`) or the protocol expects frames. */
import { ownCodes } from '../../connection/states.ts';
import { isTimerMs } from '../../timer-limit.ts';
import type { Link } from '../../transport/open-socket.ts';
import { startWakefulTimer } from '../../transport/wakeful-timer.ts';
import type { HeartbeatParts } from './heartbeat.ts';
import { SLEEP_MS, stretched } from './patience.ts';

export interface SilenceWatch {
  /** The protocol expects a frame at least this often; ms. `Infinity`: it expects none. */
  expect(withinMs: number): void;
  /** The config may have changed. */
  followConfig(): void;
  stop(): void;
}

/** How many times in a row a machine that slept may have the whole time again. */
const MAX_SLEEPS = 3;

/** `mayBeSlow`: a frame may be late only; `abandon` gives the link up. */
export function watchSilence(
  link: Link,
  { active, serverSession, runInTurn }: HeartbeatParts,
  mayBeSlow: () => boolean,
  abandon: (code: typeof ownCodes.missedAnswer, reason: string, silentMs: number) => void,
): SilenceWatch {
  let sleeps = 0;
  let isStopped = false;
  let promisedMs = Number.POSITIVE_INFINITY;
  let stopTimer = (): void => {};

  /** Undefined: the link may be silent. */
  const expectMs = (): number | undefined => {
    const { expect = Number.POSITIVE_INFINITY } = active.config?.heartbeat || {};
    const shortest = Math.min(expect, promisedMs);
    return isStopped || shortest === Number.POSITIVE_INFINITY ? undefined : shortest;
  };

  const after = (delayMs: number, task: (lateMs: number) => void): void => {
    stopTimer();
    const dueAt = Date.now() + delayMs;
    const onDue = (): void => runInTurn(() => expectMs() !== undefined && task(Date.now() - dueAt));
    stopTimer = startWakefulTimer(delayMs, onDue, () => {});
  };

  /** How much longer the link may be silent. */
  const restMs = (): number => stretched(expectMs() ?? 0, serverSession) - link.silentMs();

  const wait = (): void => after(restMs(), look);

  const look = (lateMs: number): void => {
    if (restMs() <= 0) return after(0, () => judge(lateMs));
    sleeps = 0;
    // The frames come as promised, without the additional time.
    if (link.silentMs() < (expectMs() ?? 0)) serverSession.slowLinks = 0;
    wait();
  };

  /** A macrotask later: frames that arrived while the page was busy have been read by then. */
  const judge = (lateMs: number): void => {
    if (restMs() > 0) return wait();
    if (lateMs > SLEEP_MS && sleeps < MAX_SLEEPS) {
      sleeps += 1;
      return after(stretched(expectMs() ?? 0, serverSession), look);
    }
    if (mayBeSlow()) serverSession.slowLinks += 1;
    abandon(ownCodes.missedAnswer, 'nothing arrived', link.silentMs());
  };

  const followConfig = (): void => {
    stopTimer();
    if (expectMs() !== undefined) wait();
  };

  followConfig();
  return {
    expect(withinMs) {
      promisedMs = isTimerMs(withinMs) && withinMs > 0 ? withinMs : Number.POSITIVE_INFINITY;
      followConfig();
    },
    followConfig,
    stop() {
      isStopped = true;
      stopTimer();
    },
  };
}

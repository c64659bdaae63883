/** Watches over a link whose server promised to send something at least so often. */

import { isTimerMs } from '../../timer-limit.ts';
import type { Link } from '../../transport/open-socket.ts';
import { startWakefulTimer } from '../../transport/wakeful-timer.ts';

export interface BeatWatch {
  /** Expects a frame at least this often; ms. `Infinity`: expects none. */
  expect(withinMs: number): void;
  stop(): void;
}

/** The time is checked in so many steps, so that a silence is found soon after it has lasted too long. */
const STEPS = 4;

/** `onSilent` is called once, when nothing at all has arrived for that long. */
export function createBeatWatch({ frameCount }: Link, onSilent: () => void): BeatWatch {
  let stopTimer = (): void => {};
  let knownFrames = 0;
  let silentSteps = 0;

  const watch = (withinMs: number): void => {
    const stepMs = withinMs / STEPS;
    const step = (): void => {
      const frames = frameCount();
      silentSteps = frames === knownFrames ? silentSteps + 1 : 0;
      knownFrames = frames;
      if (silentSteps < STEPS) watch(withinMs);
      else onSilent();
    };
    const restart = (): void => {
      // The machine slept, or the page is back: what arrived meanwhile is still to be read.
      silentSteps = 0;
      watch(withinMs);
    };
    stopTimer();
    stopTimer = startWakefulTimer(stepMs, step, restart);
  };

  return {
    expect(withinMs) {
      stopTimer();
      silentSteps = 0;
      knownFrames = frameCount();
      if (isTimerMs(withinMs) && withinMs > 0) watch(withinMs);
    },
    stop: () => stopTimer(),
  };
}

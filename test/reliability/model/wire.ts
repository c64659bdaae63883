/**
 * The network between a socket and its server: two lanes in which nothing is lost or reordered. TCP delivers, or
 * breaks.
 */
import type { VirtualTime } from './virtual-time.ts';

export interface Lane {
  /** `costMs`: how long the frame itself takes. Those behind it wait, and nothing is seen of it before its end. */
  push(delivery: () => void, costMs?: number): void;
  /** When everything that is under way has arrived, if nothing stalls. */
  readonly busyUntilMs: number;
  /** The number of frames that cannot move because the lane is stalled. */
  readonly stuck: number;
  stall(): void;
  /** The stuck frames arrive now, in order. */
  flow(): void;
  /** Nothing arrives any more. */
  cut(): void;
}

export function createLane(time: VirtualTime, latencyMs: number): Lane {
  let state: 'flowing' | 'stalled' | 'cut' = 'flowing';
  let underWay = 0;
  let draining = 0;
  let held: (() => void)[] = [];
  let freeAtMs = 0;

  const arrive = (delivery: () => void): void => {
    if (state === 'cut') return;
    if (state === 'stalled') held.push(delivery);
    // Behind the frames that are still being drained.
    else if (draining > 0) drain(delivery);
    else delivery();
  };

  const drain = (delivery: () => void): void => {
    draining += 1;
    time.later(0, () => {
      draining -= 1;
      if (state === 'stalled') held.push(delivery);
      else if (state === 'flowing') delivery();
    });
  };

  return {
    get busyUntilMs() {
      return freeAtMs + latencyMs;
    },
    push(delivery, costMs = 0) {
      underWay += 1;
      freeAtMs = Math.max(freeAtMs, time.nowMs) + costMs;
      time.later(freeAtMs - time.nowMs + latencyMs, () => {
        underWay -= 1;
        arrive(delivery);
      });
    },
    get stuck() {
      return state === 'stalled' ? underWay + draining + held.length : 0;
    },
    stall() {
      if (state === 'flowing') state = 'stalled';
    },
    flow() {
      if (state !== 'stalled') return;
      state = 'flowing';
      const due = held;
      held = [];
      for (const delivery of due) drain(delivery);
    },
    cut() {
      state = 'cut';
      held = [];
    },
  };
}

/** Sums up the latency of the heartbeats: the last, the minimum and the mean. */

export interface LatencyFigures {
  readonly last: number;
  readonly least: number;
  readonly mean: number;
}

export interface LatencyMeter {
  /** The state's latency, in ms; returns whether it is a new one. */
  update(latencyMs: number | null): boolean;
  /** Null until there is a measurement. */
  figures(): LatencyFigures | null;
  /** Resets the sums, but keeps the last latency. */
  clear(): void;
}

export function createLatencyMeter(): LatencyMeter {
  let last: number | null = null;
  let count = 0;
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  return {
    update(latencyMs) {
      if (latencyMs === last) return false;
      last = latencyMs;
      if (latencyMs === null) return true;
      count += 1;
      least = Math.min(least, latencyMs);
      sum += latencyMs;
      return true;
    },
    figures: () => (last === null || count === 0 ? null : { last, least, mean: sum / count }),
    clear() {
      count = 0;
      least = Number.POSITIVE_INFINITY;
      sum = 0;
    },
  };
}

/** The figures of a run: sums over all sequences of what was tried, and of the outcomes. */
import { type Family, families } from './commands.ts';

export interface Totals {
  sequences: number;
  commands: number;
  steps: number;
  readonly faults: Record<Family, number>;
  readonly events: {
    emitted: number;
    delivered: number;
    /** Without a notice. */
    lost: number;
    duplicated: number;
    reordered: number;
  };
  readonly notices: { real: number; spurious: number; missing: number };
  readonly resumes: { tried: number; lossless: number; refused: number };
  readonly requests: {
    issued: number;
    ok: number;
    failed: number;
    timeout: number;
    lost: number;
    unsettled: number;
    misrouted: number;
  };
  readonly sends: { sent: number; queued: number; dropped: number; refused: number };
  readonly leaks: { sockets: number; timers: number; listeners: number };
  sockets: number;
  staleCallbacks: number;
  maxLiveSockets: number;
  tokenSightings: number;
  delaysOutOfRange: number;
  worstHalfOpenDetectionMs: number;
  worstRecoveryMs: number;
  /** How often each was seen. */
  readonly phases: Record<string, number>;
  readonly transitions: Record<string, number>;
  readonly reasons: Record<string, number>;
  readonly closes: Record<string, number>;
}

export function createTotals(): Totals {
  return {
    sequences: 0,
    commands: 0,
    steps: 0,
    faults: Object.fromEntries(families.map((family) => [family, 0])) as Record<Family, number>,
    events: { emitted: 0, delivered: 0, lost: 0, duplicated: 0, reordered: 0 },
    notices: { real: 0, spurious: 0, missing: 0 },
    resumes: { tried: 0, lossless: 0, refused: 0 },
    requests: { issued: 0, ok: 0, failed: 0, timeout: 0, lost: 0, unsettled: 0, misrouted: 0 },
    sends: { sent: 0, queued: 0, dropped: 0, refused: 0 },
    leaks: { sockets: 0, timers: 0, listeners: 0 },
    sockets: 0,
    staleCallbacks: 0,
    maxLiveSockets: 0,
    tokenSightings: 0,
    delaysOutOfRange: 0,
    worstHalfOpenDetectionMs: 0,
    worstRecoveryMs: 0,
    phases: {},
    transitions: {},
    reasons: {},
    closes: {},
  };
}

export function count(record: Record<string, number>, key: string): void {
  record[key] = (record[key] ?? 0) + 1;
}

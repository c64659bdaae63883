/** Describes what the panel shows: the recording of a live connection, or one that was read from a copied report. */
import type { ConnectionState } from '../src/types.ts';
import type { ShownChannels } from './channels.ts';
import type { LatencyFigures } from './latency.ts';
import type { Moment, Phase } from './life.ts';
import type { Names } from './name-counts.ts';
import type { Rows } from './row-ring.ts';

/** The counters, in the order in which a report has them. */
export const COUNTER_NAMES = [
  'received',
  'duplicates',
  'notices',
  /** The sum of the notices' counts, as far as they are known. */
  'missedEvents',
  'resumes',
  'reconnections',
  'sent',
  'queued',
  'refused',
  'replies',
  'errors',
] as const;

export type Counters = Readonly<Record<(typeof COUNTER_NAMES)[number], number>>;

/** From when on the connection was in which phase. */
export interface Band {
  readonly phase: Phase;
  readonly from: number;
}

/** What was recorded, except the rows. */
export interface Recorded {
  readonly counters: Counters;
  readonly bands: readonly Band[];
  readonly moments: readonly Moment[];
  /** When the link that is up was opened; epoch ms. */
  readonly connectedAt: number | null;
  /** When the last close came; epoch ms. */
  readonly closedAt: number | null;
  /** The newest sequence number of the server; -1 before the first, or if it does not number its events. */
  readonly lastSeq: number;
  readonly attempt: number;
  /** `paused`: no rows are added; counts, rate and life are still updated. */
  readonly mode: 'recording' | 'paused';
  /** Rows that were not kept while paused. */
  readonly unkept: number;
}

export interface Recording extends Recorded {
  readonly rows: Rows;
  readonly names: Names;
  readonly channels: ShownChannels;
  /** Hides the rows of a name and keeps no new ones, or ends that. Its counts go on. */
  toggleMuted(name: string): void;
  readonly rate: {
    /** Events in the last whole second. */
    perSecond(at: number): number;
    /** The whole seconds before this one, oldest first. */
    history(at: number): readonly number[];
  };
  readonly latency: {
    /** Null until there is a measurement. */
    figures(): LatencyFigures | null;
  };
}

/** The part of the connection's state that is shown. */
export type ShownState = Pick<
  ConnectionState,
  'status' | 'reason' | 'reconnectAttempts' | 'nextRetryAt' | 'lastClose'
> & { readonly error: { readonly code: string; readonly message: string } | null };

/** Places bands and marks on the picture of a span of time, in percent. Pure. */
import type { Moment, MomentType, Phase } from './life.ts';
import type { Band } from './recording.ts';

export interface ShownBand {
  readonly phase: Phase;
  /** Epoch ms. */
  readonly from: number;
  readonly fromPercent: number;
  readonly widthPercent: number;
}

export interface ShownMark {
  readonly moment: Moment;
  readonly kind: MarkKind;
  readonly percent: number;
}

export type MarkKind = 'lost' | 'missed' | 'resumed' | 'asked';

/** The names of the marks. */
const MARK_WORDS: Readonly<Record<MarkKind, readonly [one: string, many: string]>> = {
  lost: ['loss of the link', 'losses of the link'],
  missed: ['missed-events notice', 'missed-events notices'],
  resumed: ['resume', 'resumes'],
  asked: ['press of a button here', 'presses of a button here'],
};

export const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  connected: 'connected',
  connecting: 'connecting',
  attempting: 'attempt',
  waiting: 'waiting',
  disconnected: 'disconnected',
};

export function shownBands(bands: readonly Band[], spanMs: number, now: number): readonly ShownBand[] {
  const start = now - spanMs;
  const percentAt = (at: number): number => (100 * (Math.min(Math.max(at, start), now) - start)) / spanMs;
  const shown = bands.map(({ phase, from }, index) => {
    const fromPercent = percentAt(from);
    return { phase, from, fromPercent, widthPercent: percentAt(bands[index + 1]?.from ?? now) - fromPercent };
  });
  return shown.filter(({ widthPercent }) => widthPercent > 0);
}

export function shownMarks(moments: readonly Moment[], spanMs: number, now: number): readonly ShownMark[] {
  const start = now - spanMs;
  return moments.flatMap((moment) => {
    const kind = markOf(moment.type);
    if (kind === null || moment.at < start || moment.at > now) return [];
    return [{ moment, kind, percent: (100 * (moment.at - start)) / spanMs }];
  });
}

/** Times below the picture, evenly spaced, from the beginning of the span to its end; epoch ms. */
export function axisTimes(spanMs: number, now: number): readonly number[] {
  return [0, 1, 2, 3, 4].map((step) => now - spanMs + (spanMs * step) / 4);
}

/** The picture in words, for screen readers. */
export function describeTimeline(
  bands: readonly ShownBand[],
  marks: readonly ShownMark[],
  spanMs: number,
): string {
  const shares = new Map<Phase, number>();
  for (const { phase, widthPercent } of bands) shares.set(phase, (shares.get(phase) ?? 0) + widthPercent);
  const phases = [...shares].map(
    ([phase, percent]) => `${PHASE_WORDS[phase]} ${durationWords((percent / 100) * spanMs)}`,
  );
  const counts = (Object.keys(MARK_WORDS) as MarkKind[]).flatMap((kind) => {
    const count = marks.filter((mark) => mark.kind === kind).length;
    return count === 0 ? [] : [`${count} ${MARK_WORDS[kind][count === 1 ? 0 : 1]}`];
  });
  return `The last ${durationWords(spanMs)}: ${[...phases, ...counts].join(', ')}.`;
}

/** `4 min 10 s`. */
export function durationWords(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function markOf(happened: MomentType): MarkKind | null {
  switch (happened) {
    case 'lost':
    case 'missed':
    case 'resumed':
    case 'asked':
      return happened;
    case 'connecting':
    case 'connected':
    case 'failed':
    case 'waiting':
    case 'attempt':
    case 'reconnecting':
    case 'stopped':
    case 'session':
      return null;
    default:
      happened satisfies never;
      return null;
  }
}

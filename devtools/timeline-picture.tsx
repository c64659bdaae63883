'use client';
/** Draws the life of the connection: a band for each phase, a mark for each interruption. */
import { memo, type ReactNode } from 'react';
import { clockTime } from './format.ts';
import type { Moment } from './life.ts';
import type { Band } from './recording.ts';
import { describeTimeline, type MarkKind, shownBands, shownMarks } from './timeline.ts';

export interface TimelinePictureProps {
  readonly bands: readonly Band[];
  readonly moments: readonly Moment[];
  readonly spanMs: number;
  /** The right edge, epoch ms; whole seconds, because finer steps are not visible. */
  readonly now: number;
}

export const TimelinePicture: React.NamedExoticComponent<TimelinePictureProps> = memo(
  function TimelinePicture({ bands, moments, spanMs, now }: TimelinePictureProps): ReactNode {
    const shown = shownBands(bands, spanMs, now);
    const marks = shownMarks(moments, spanMs, now);
    return (
      <svg className="picture" role="img" aria-label={describeTimeline(shown, marks, spanMs)}>
        <line className="ground" x1="0" x2="100%" y1="43.5" y2="43.5" />
        {shown.map(({ phase, from, fromPercent, widthPercent }) => (
          <rect
            key={from}
            className="band"
            data-phase={phase}
            x={`${fromPercent}%`}
            // Short ones must be visible too.
            width={`${Math.max(widthPercent, 0.3)}%`}
            y={44 - HEIGHTS[phase]}
            height={HEIGHTS[phase]}
          />
        ))}
        {marks.map(({ moment, kind, percent }, index) => (
          <svg
            // biome-ignore lint/suspicious/noArrayIndexKey: several channels may miss events in the same millisecond.
            key={`${moment.at} ${kind} ${index}`}
            x={`${percent}%`}
            overflow="visible"
            className="mark"
            data-kind={kind}
          >
            <title>{`${clockTime(moment.at)} ${moment.name}. ${moment.words}`}</title>
            <path d={SHAPES[kind]} />
            <line y1="13" y2="44" />
          </svg>
        ))}
      </svg>
    );
  },
);

/** px. Different heights, so that the picture can be read without colours too. */
const HEIGHTS = { connected: 26, connecting: 18, attempting: 18, waiting: 9, disconnected: 3 } as const;

const SHAPES: Readonly<Record<MarkKind, string>> = {
  lost: 'M-4 3L4 11M4 3L-4 11',
  missed: 'M0 2L5 12H-5Z',
  resumed: 'M-5 8L-1 12L5 3',
  asked: 'M0 24L5 30L0 36L-5 30Z',
};

'use client';
/** Shows the pictures: the life of the connection over the chosen time, and the rate of the last minute. */
import { type ReactNode, useState } from 'react';
import { clockTime } from './format.ts';
import type { Phase } from './life.ts';
import type { Recording } from './recording.ts';
import { Sparkline } from './sparkline.tsx';
import { axisTimes, durationWords, PHASE_WORDS } from './timeline.ts';
import { TimelinePicture } from './timeline-picture.tsx';

export interface PicturesProps {
  readonly recording: Recording;
  /** Epoch ms. */
  readonly now: number;
}

const SPANS_MS = [60_000, 300_000, 1_800_000] as const;

/** The phases that last; a stop has no height of its own. */
const LEGEND: readonly Phase[] = ['connected', 'attempting', 'waiting'];

export function Pictures({ recording, now }: PicturesProps): ReactNode {
  const [spanMs, setSpanMs] = useState<number>(SPANS_MS[0]);
  const second = Math.floor(now / 1_000) * 1_000;
  const edge = second + 1_000;
  return (
    <div className="pictures">
      <div className="timeline">
        <div className="timeline-head">
          <label>
            <span className="hidden">Time shown</span>
            <select value={spanMs} onChange={(event) => setSpanMs(Number(event.target.value))}>
              {SPANS_MS.map((ms) => (
                <option key={ms} value={ms}>
                  Last {durationWords(ms)}
                </option>
              ))}
            </select>
          </label>
          <span className="legend" aria-hidden="true">
            {LEGEND.map((phase) => (
              <span key={phase}>
                <span className="dot" data-phase={phase} /> {PHASE_WORDS[phase]}
              </span>
            ))}
          </span>
        </div>
        <TimelinePicture bands={recording.bands} moments={recording.moments} spanMs={spanMs} now={edge} />
        <div className="axis">
          {axisTimes(spanMs, edge).map((at) => (
            <time key={at}>{clockTime(at).slice(0, 8)}</time>
          ))}
        </div>
      </div>
      <Sparkline rate={recording.rate} now={second} />
    </div>
  );
}

'use client';
/** Draws the events per second of the last minute. */
import { memo, type ReactNode } from 'react';
import { grouped } from './format.ts';
import { RATE_SECONDS } from './rate.ts';
import type { Recording } from './recording.ts';

export interface SparklineProps {
  readonly rate: Recording['rate'];
  /** Epoch ms, whole seconds. */
  readonly now: number;
}

const HEIGHT = 30;

export const Sparkline: React.NamedExoticComponent<SparklineProps> = memo(function Sparkline({
  rate,
  now,
}: SparklineProps): ReactNode {
  const history = rate.history(now);
  const most = Math.max(0, ...history);
  const step = 100 / (RATE_SECONDS - 1);
  const line = history.map((count, index) => `${(index * step).toFixed(1)} ${yOf(count, most)}`).join('L');
  return (
    <div className="rate">
      <p className="rate-now">
        <span className="number">{grouped(rate.perSecond(now))}</span> events/s
      </p>
      <svg
        className="sparkline"
        role="img"
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-label={`Events a second in the last minute: at most ${most}, now ${rate.perSecond(now)}.`}
      >
        <path className="area" d={`M0 ${HEIGHT}L${line}L100 ${HEIGHT}Z`} />
        <path className="line" d={`M${line}`} />
      </svg>
      <p className="rate-most">most in a minute: {grouped(most)}</p>
    </div>
  );
});

function yOf(count: number, most: number): string {
  return (HEIGHT - 1 - (most === 0 ? 0 : (count / most) * (HEIGHT - 3))).toFixed(1);
}

/** Measures how smooth the page is: frames per second, and the longest frame of the last seconds. */
import { useEffect, useState } from 'react';

/** The number of frames that are drawn and measured. */
const FRAMES = 120;
/** The interval of the numbers: faster ones could not be read. */
const SHOW_EVERY_MS = 250;
/** The top of the drawing, ms. */
const CHART_MS = 50;

export function FrameMeter() {
  const durationsMs = useFrameDurations();
  const meanMs = durationsMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, durationsMs.length);
  const fps = meanMs === 0 ? '–' : (1_000 / meanMs).toFixed(0);
  const worst = durationsMs.length === 0 ? '–' : `${Math.max(...durationsMs).toFixed(0)} ms`;
  return (
    <div className="meter">
      <dl className="stats">
        <div>
          <dt>Frames per second</dt>
          <dd data-testid="fps">{fps}</dd>
        </div>
        <div>
          <dt>Longest of {FRAMES} frames</dt>
          <dd>{worst}</dd>
        </div>
      </dl>
      <svg className="meter-chart" viewBox={`0 0 ${FRAMES} 30`} preserveAspectRatio="none" aria-hidden="true">
        <path className="meter-line" d={pathOf(durationsMs)} />
      </svg>
    </div>
  );
}

function useFrameDurations(): readonly number[] {
  const [shown, setShown] = useState<readonly number[]>([]);
  useEffect(() => {
    let durations: number[] = [];
    let frame = 0;
    let before = performance.now();
    let shownAt = before;
    const measure = (now: number): void => {
      durations.push(now - before);
      before = now;
      if (now - shownAt >= SHOW_EVERY_MS) {
        shownAt = now;
        durations = durations.slice(-FRAMES);
        setShown(durations);
      }
      frame = requestAnimationFrame(measure);
    };
    frame = requestAnimationFrame((now) => {
      before = now;
      frame = requestAnimationFrame(measure);
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return shown;
}

/** One bar for each frame, from the bottom up. */
function pathOf(durationsMs: readonly number[]): string {
  return durationsMs
    .slice(-FRAMES)
    .map((ms, index) => `M${index + 0.5} 30V${(30 - (Math.min(ms, CHART_MS) / CHART_MS) * 30).toFixed(1)}`)
    .join('');
}

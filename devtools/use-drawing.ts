'use client';
/** Draws a component when something has changed: not too often, and only while it is in view. */
import { type RefObject, useEffect, useReducer, useRef } from 'react';
import type { Recorder } from './recorder.ts';

export interface DrawingPace {
  /** Not more often than this, ms. */
  readonly everyMs: number;
  /** Without changes, as often as this (a clock is drawn), ms; `null`: not at all. */
  readonly idleMs: number | null;
}

/** Renders its component by the pace. `seen`: the element that must be in view. */
export function useDrawing(recorder: Recorder, pace: DrawingPace, seen: RefObject<Element | null>): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const latest = useRef(pace);
  useEffect(() => {
    latest.current = pace;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame: number | undefined;
    let drawnAt = Date.now();
    let isInView = true;

    const cancel = (): void => {
      clearTimeout(timer);
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
    const plan = (delayMs: number): void => {
      cancel();
      if (!isInView || document.visibilityState === 'hidden') return;
      timer = setTimeout(() => {
        frame = requestAnimationFrame(paint);
      }, delayMs);
    };
    const paint = (): void => {
      const { idleMs } = latest.current;
      drawnAt = Date.now();
      draw();
      if (idleMs !== null) plan(idleMs);
      // May report a change at once, and then the next drawing is sooner.
      recorder.drawn();
    };
    const handleChange = (): void => {
      const { everyMs } = latest.current;
      plan(Math.min(everyMs, Math.max(0, drawnAt + everyMs - Date.now())));
    };
    const look = (): void => plan(0);

    const observer =
      typeof IntersectionObserver === 'undefined'
        ? null
        : new IntersectionObserver(([entry]) => {
            isInView = entry?.isIntersecting ?? true;
            look();
          });
    if (seen.current !== null) observer?.observe(seen.current);
    const stop = recorder.onChange(handleChange);
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      cancel();
      stop();
      observer?.disconnect();
      document.removeEventListener('visibilitychange', look);
    };
  }, [recorder, seen]);
}

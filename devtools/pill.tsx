'use client';
/** Shows one button while the panel is closed: the status, and the events per second. */
import { type ReactNode, useEffect, useRef } from 'react';
import type { Connection } from '../src/service/connection.ts';
import { phaseOf } from './life.ts';
import type { Recorder } from './recorder.ts';
import { PHASE_WORDS } from './timeline.ts';
import { useDrawing } from './use-drawing.ts';

export interface PillProps {
  readonly connection: Connection;
  readonly recorder: Recorder;
  readonly opener: 'page' | 'developer';
  readonly onOpen: () => void;
}

const EVERY_MS = 1_000;

export function Pill({ connection, recorder, opener, onOpen }: PillProps): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const now = Date.now();
  const perSecond = recorder.rate.perSecond(now);
  const isStill = perSecond === 0 && recorder.rate.current(now) === 0;
  useDrawing(recorder, { everyMs: EVERY_MS, idleMs: isStill ? null : EVERY_MS }, button);
  useEffect(() => {
    if (opener === 'developer') button.current?.focus();
  }, [opener]);
  const phase = phaseOf(connection.stateStore.getState());
  return (
    <button
      ref={button}
      type="button"
      className="pill"
      aria-expanded={false}
      aria-label={`Everwire devtools: ${PHASE_WORDS[phase]}, ${perSecond} events a second`}
      title="Open the Everwire devtools"
      onClick={onOpen}
    >
      <span className="dot" data-phase={phase} aria-hidden="true" />
      <span className="number">{perSecond.toLocaleString('en')}/s</span>
    </button>
  );
}

'use client';
/** Shows the status of the connection in one line, with its duration or its next attempt. */
import type { ReactNode } from 'react';
import type { ConnectionState } from '../src/types.ts';
import { phaseOf } from './life.ts';
import type { Recorder } from './recorder.ts';
import { durationWords } from './timeline.ts';

export interface StatusLineProps {
  readonly state: ConnectionState;
  readonly recorder: Recorder;
  readonly now: number;
  readonly secondsLeft: number | null;
}

export function StatusLine({ state, recorder, now, secondsLeft }: StatusLineProps): ReactNode {
  return (
    <p className="status">
      <span className="dot" data-phase={phaseOf(state)} aria-hidden="true" />
      <strong role="status">
        {state.status}
        {state.reason === null ? '' : `, ${state.reason}`}
      </strong>{' '}
      <span className="number">{statusDetail(state, recorder, now, secondsLeft)}</span>
    </p>
  );
}

function statusDetail(
  { status }: ConnectionState,
  { connectedAt, attempt }: Recorder,
  now: number,
  secondsLeft: number | null,
): string {
  switch (status) {
    case 'connected':
      return connectedAt === null ? '' : `for ${durationWords(now - connectedAt)}`;
    case 'connecting':
      return 'attempt 1 is under way';
    case 'reconnecting':
      return secondsLeft === null
        ? `attempt ${attempt} is under way`
        : `attempt ${attempt + 1} in ${secondsLeft} s`;
    case 'disconnected':
      return '';
    default:
      status satisfies never;
      return '';
  }
}

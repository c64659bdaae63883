'use client';
/** Shows the status of the connection in one line, with its duration or its next attempt. */
import type { ReactNode } from 'react';
import { phaseOf } from './life.ts';
import type { Recording, ShownState } from './recording.ts';
import { durationWords } from './timeline.ts';

export interface StatusLineProps {
  readonly state: ShownState;
  readonly recording: Recording;
  readonly now: number;
  readonly secondsLeft: number | null;
}

export function StatusLine({ state, recording, now, secondsLeft }: StatusLineProps): ReactNode {
  return (
    <p className="status">
      <span className="dot" data-phase={phaseOf(state)} aria-hidden="true" />
      <strong role="status">
        {state.status}
        {state.reason === null ? '' : `, ${state.reason}`}
      </strong>{' '}
      <span className="number">{statusDetail(state, recording, now, secondsLeft)}</span>
    </p>
  );
}

function statusDetail(
  { status }: ShownState,
  { connectedAt, attempt }: Recording,
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

/** What a link has proven, and what that means for the failures before it and for the session that it resumed. */
import type { Effect, LifecycleContext, LifecyclePolicy, ResumeEnd, UpState } from './states.ts';

export function prove(state: UpState): UpState {
  switch (state.health) {
    case 'new':
      return { ...state, health: 'alive', refresh: state.refresh === 'unused' ? 'unused' : 'proven' };
    case 'aged':
      return { ...state, ...noFailures, health: 'stable' };
    case 'alive':
    case 'stable':
      return state;
    default:
      state.health satisfies never;
      return state;
  }
}

/** A link that lasted this much longer than `minUptime` resets the failure count, even without a frame. */
export const QUIET_MS = 60_000;

/** Reset by a stable link. */
export const noFailures = { failures: 0, refusals: 0, previousDelayMs: null, refresh: 'unused' } as const;

/**
 * A link that lived for a minute counts little: the server probably has the session, and just had nothing to send. Its
 * silence before we gave it up is not life.
 */
export function resumeEnded(
  { openedAt }: UpState,
  how: ResumeEnd,
  { now }: LifecyclePolicy,
  silentMs = 0,
): readonly Effect[] {
  // The silence is measured by the same clock, which may have been set back meanwhile.
  const lifeMs = Math.abs(now() - openedAt - silentMs);
  return [{ type: 'resume-ended', how: lifeMs < QUIET_MS ? how : 'quiet' }];
}

/** After every so many refused handshakes in a row, one attempt leaves the session out. */
const REFUSALS_BEFORE_PROBE = 5;

/** What the next attempt asks for. */
export function asksFor({ asksFor: last, refusals }: LifecycleContext): LifecycleContext['asksFor'] {
  if (last === 'session-again') return last;
  return refusals > 0 && refusals % REFUSALS_BEFORE_PROBE === 0 ? 'nothing' : 'session';
}

/** What a close means: the verdict of the policy, and what the lost link says about the session and about our pings. */
import { failure } from '../errors.ts';
import type { CloseInfo, CloseVerdict } from '../types.ts';
import { isRestart, pingRefusalOf } from './close-policy.ts';
import { resumeEnded } from './link-health.ts';
import { forgetUnrelatedWake } from './retry-timing.ts';
import {
  type Close,
  type Effect,
  isUp,
  type LifecycleContext,
  type LifecycleEvent,
  type LifecyclePolicy,
  type LifecycleState,
} from './states.ts';

export interface JudgedClose {
  readonly lost: LifecycleState;
  readonly verdict: CloseVerdict;
  /** To run before those of the next state. */
  readonly effects: readonly Effect[];
}

export function judgeClose(
  state: LifecycleState,
  { close, justSent }: Extract<LifecycleEvent, { type: 'closed' }>,
  policy: LifecyclePolicy,
): JudgedClose {
  const { code, wasClean } = close;
  const isProven = state.phase === 'connected';
  const asked = policy.classify({ ...close, ...previousFailuresOf(state), opened: isUp(state) });
  const how = isUp(state) && justSent === 'ping' ? pingRefusalOf(code, asked) : undefined;
  const verdict = how ? 'retry' : asked;
  const refusals = isProven ? 0 : state.refusals + 1;
  const error = isProven ? null : failure('connection-failed', { code });
  const lost = { ...closedWith(state, close, policy), refusals, error };
  const effects: Effect[] = [];
  if (!isUp(state)) {
    if (state.asksFor === 'session-again') effects.push({ type: 'resume-ended', how: 'refused' });
    return { lost, verdict, effects };
  }
  if (how) effects.push({ type: 'ping-refused', how, code, lifeMs: Math.abs(policy.now() - state.openedAt) });
  if (verdict !== 'restart' && !isRestart(code))
    effects.push(...resumeEnded(state, wasClean ? 'closed' : 'torn', policy));
  return { lost, verdict, effects };
}

/** The state of a link that ended with `lastClose`. */
export function closedWith(state: LifecycleState, lastClose: Close, policy: LifecyclePolicy): LifecycleState {
  return { ...forgetUnrelatedWake(state, policy), lastClose, lossCode: state.lossCode ?? lastClose.code };
}

/** The argument of the close policy: this close, and the failures before it. */
function previousFailuresOf(context: LifecycleContext): Pick<CloseInfo, 'failures' | 'previousCode'> {
  const { failures, lastClose } = context;
  return { failures, previousCode: failures > 0 ? (lastClose?.code ?? null) : null };
}

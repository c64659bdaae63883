/**
 * The lifecycle of a connection whose link is shared, as a pure function over the same states, events and effects as the usual one.
 * It has no timers, no backoff and no attempts of its own: it asks the relay for a link, and shows the relay's state until it has one.
 * What the app asks for (connect, disconnect, pause, another config) is decided by the usual one.
 */
import { transition } from '../src/connection/lifecycle.ts';
import {
  announceConnected,
  dropLink,
  hearsWakeSignals,
  isUp,
  type LifecycleEvent,
  type LifecyclePolicy,
  type LifecycleState,
  probe,
  type SharedView,
} from '../src/connection/states.ts';
import { ignore, type Step, stop } from '../src/connection/steps.ts';
import type { TokenReason } from '../src/types.ts';

export function sharedTransition(
  state: LifecycleState,
  event: LifecycleEvent,
  policy: LifecyclePolicy,
): Step {
  if ('attempt' in event && event.attempt !== state.attempt) return ignore(state);
  switch (event.type) {
    case 'timer':
      // Of the last one, or of an attempt before the link was shared.
      return state.phase === 'starting' ? ask(state, state.tokenReason) : ignore(state);
    case 'opened':
      if (!isAsking(state)) return ignore(state);
      return [
        {
          ...state,
          ...{ phase: 'connected', health: 'stable', openedAt: policy.now(), failures: 0 },
          ...{ lossCode: null, refusals: 0, error: null },
        },
        [announceConnected],
      ];
    case 'closed':
      return isUp(state) ? askAgain(state, event.close) : ignore(state);
    case 'abandon': {
      const { code, reason } = event;
      return isUp(state) ? askAgain(state, { code, reason, wasClean: false }) : ignore(state);
    }
    case 'mirror':
      return isAsking(state) || isUp(state) ? mirror(state, event.view) : ignore(state);
    case 'wake':
      if (state.phase === 'asleep') return ask(state, 'initial');
      if (state.phase === 'stopped' && hearsWakeSignals(state))
        return ask({ ...state, history: 'again', error: null }, 'initial');
      return [state, [probe]];
    case 'network-suspect':
    case 'frame':
      return ignore(state);
    case 'connect':
    case 'reconnect':
    case 'new-token':
    case 'disconnect':
    case 'pause':
    case 'resume':
    case 'disable':
    case 'reject':
    case 'prepared':
    case 'prepare-failed':
    case 'probed':
    case 'suspend':
      return transition(state, event, policy);
    default:
      event satisfies never;
      return ignore(state);
  }
}

function isAsking({ phase }: LifecycleState): boolean {
  return phase === 'opening' || phase === 'waiting' || phase === 'preparing' || phase === 'open';
}

/** `reconnect`: the app has called `reconnect()`. */
function ask(before: LifecycleState, tokenReason: TokenReason): Step {
  const attempt = before.attempt + 1;
  return [
    { ...before, attempt, token: 'tried', wakeHeardAt: null, phase: 'opening' },
    [{ type: 'prepare', attempt, tokenReason }],
  ];
}

function askAgain(state: LifecycleState, lastClose: NonNullable<LifecycleState['lastClose']>): Step {
  const lost: LifecycleState = { ...state, history: 'again', lastClose, lossCode: lastClose.code };
  const [next, effects] = ask(lost, 'initial');
  return [next, [dropLink(1000, 'replaced'), ...effects]];
}

function mirror(state: LifecycleState, view: SharedView): Step {
  const { status, reason, reconnectAttempts: failures, nextRetryAt, error } = view;
  const lastClose = view.lastClose ?? state.lastClose;
  const history = status === 'reconnecting' ? 'again' : state.history;
  const shown = { ...state, failures, error, lastClose, history };
  switch (status) {
    case 'connected':
      return [isUp(state) ? { ...state, failures } : { ...shown, phase: 'opening' }, []];
    case 'connecting':
    case 'reconnecting':
      // It follows when this link is closed.
      if (isUp(state)) return ignore(state);
      if (nextRetryAt === null) return [{ ...shown, phase: 'opening' }, []];
      return [{ ...shown, phase: 'waiting', retryAt: nextRetryAt, tokenReason: 'initial' }, []];
    case 'disconnected':
      // The relay was let go: the next one will tell more.
      if (reason === null || reason === 'idle' || reason === 'client') return ignore(state);
      return stopped(shown, reason, failures);
    default:
      status satisfies never;
      return ignore(state);
  }
}

function stopped(shown: LifecycleState, reason: NonNullable<SharedView['reason']>, failures: number): Step {
  const [state, effects] = stop(shown, reason);
  return [{ ...state, failures }, effects];
}

/** Runs the lifecycle: an event happens, the next state is published, then its effects run. Owns timers and wake signals. */
import { Subscription } from 'rxjs';
import { transition } from '../connection/lifecycle.ts';
import {
  awaitsProof,
  type Effect,
  endSession,
  hearsWakeSignals,
  initialState,
  type LifecycleEvent,
  type LifecycleState,
  type TimerName,
} from '../connection/states.ts';
import { toPublicView } from '../connection/status.ts';
import type { ConnectionStores } from '../store/connection-store.ts';
import type { FrameScheduler } from '../transport/frame-scheduler.ts';
import { startWakefulTimer } from '../transport/wakeful-timer.ts';
import type { IWebSocketConfig } from '../types.ts';
import type { ActiveConfig } from './config/active-config.ts';
import type { Reporter } from './reporting/reporter.ts';
import type { RunInTurn } from './run-in-turn.ts';
import type { Shared } from './share.ts';
import { watchWakeSource } from './wake-source.ts';

export interface LifecycleRunner {
  readonly state: LifecycleState;
  /** Dispatches an event in its turn: now, or after the tasks that are queued. */
  dispatch(event: LifecycleEvent): void;
  /** Dispatches an event now. Call it inside `runInTurn`: the event's effects have run when this returns. */
  step(event: LifecycleEvent): void;
  /** A valid frame arrived on the current link. */
  proveLife(): void;
  /** Replaces a running timer of that name. Unsubscribing stops it. */
  startTimer(timer: TimerName, delayMs: number): Subscription;
  stopTimer(timer: TimerName): void;
  /** The config may have changed. */
  followConfig(): void;
}

export interface LifecycleParts {
  readonly active: ActiveConfig;
  readonly runInTurn: RunInTurn;
  readonly stores: ConnectionStores;
  readonly scheduler: FrameScheduler;
  readonly reporter: Reporter;
  readonly shared: () => Shared | undefined;
}

/** The longest reason that a close frame can hold (RFC 6455, 5.5). Cut after it is cleaned, or a part of a secret stays. */
const MAX_REASON_LENGTH = 123;

const noSession = { connectionId: null, lastEventId: null, latency: null } as const;

/** `run` carries out an effect. */
export function createLifecycleRunner(
  { active, runInTurn, stores, scheduler, reporter, shared }: LifecycleParts,
  run: (effect: Effect) => void,
): LifecycleRunner {
  let state = initialState;
  const timers = new Map<TimerName, Subscription>();
  let stopWatching: (() => void) | undefined;
  let source: IWebSocketConfig['signals'];

  const dispatch = (event: LifecycleEvent): void => runInTurn(() => step(event));

  const step = (event: LifecycleEvent): void => {
    const before = state;
    const [next, effects] = (shared()?.transition ?? transition)(before, event, active.policy);
    state = next;
    // Listens to the page exactly as long as its signals matter.
    if (hearsWakeSignals(next)) watch();
    else unwatch();
    if (next !== before) publish(before, next, effects.includes(endSession));
    for (const effect of effects) runSafely(effect);
    if (next.error !== null && next.error !== before.error) reporter.error(next.error);
  };

  const watch = (): void => {
    if (stopWatching !== undefined) return;
    source = active.config?.signals;
    stopWatching = watchWakeSource(source, reporter, (type) => dispatch({ type }));
  };

  const unwatch = (): void => {
    stopWatching?.();
    stopWatching = undefined;
  };

  /** An effect that throws must not cost the others: without the timer among them nothing would ever happen again. */
  const runSafely = (effect: Effect): void => {
    try {
      run(effect);
    } catch (thrown) {
      reporter.thrown('The service', thrown);
    }
  };

  /** Publishes the events that came before the change first, then the whole change in one write. */
  const publish = (before: LifecycleState, next: LifecycleState, hasEndedSession: boolean): void => {
    scheduler.flush();
    const view = toPublicView(next);
    const published = stores.stateStore.getState();
    const close = next.lastClose && {
      ...next.lastClose,
      reason: reporter.clean(next.lastClose.reason).slice(0, MAX_REASON_LENGTH),
    };
    const lastClose = next.lastClose === before.lastClose ? published.lastClose : close;
    stores.publish({ ...view, lastClose, ...(hasEndedSession && noSession) });
    if (view.status === published.status) return;
    const { status, reason, reconnectAttempts } = view;
    reporter.log('info', `${published.status} → ${status}`, { reason, reconnectAttempts });
  };

  const stopTimer = (timer: TimerName): void => timers.get(timer)?.unsubscribe();

  return {
    get state() {
      return state;
    },
    dispatch,
    step,
    proveLife() {
      if (awaitsProof(state)) step({ type: 'frame', attempt: state.attempt });
    },
    startTimer(timer, delayMs) {
      stopTimer(timer);
      const onDue = (): void => {
        running.unsubscribe();
        dispatch({ type: 'timer', timer });
      };
      const running = new Subscription(startWakefulTimer(delayMs, onDue, () => dispatch({ type: 'wake' })));
      timers.set(timer, running);
      return running;
    },
    stopTimer,
    followConfig() {
      // An inline function is another one in each render, so only its presence counts.
      if (stopWatching === undefined || typeof source === typeof active.config?.signals) return;
      unwatch();
      watch();
    },
  };
}

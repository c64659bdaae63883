/** What does the page see of the lifecycle? The public part of each state. */
import type { ConnectionState, ConnectionStatus } from '../types.ts';
import type { LifecycleState } from './states.ts';

export type PublicView = Pick<
  ConnectionState,
  'status' | 'reason' | 'reconnectAttempts' | 'nextRetryAt' | 'error'
>;

/** Internal states in the public vocabulary. */
export function toPublicView(state: LifecycleState): PublicView {
  return {
    status: toStatus(state),
    reason: state.phase === 'stopped' ? state.reason : null,
    reconnectAttempts: state.failures,
    nextRetryAt: state.phase === 'waiting' ? Math.ceil(state.retryAt) : null,
    error: state.error,
  };
}

function toStatus(state: LifecycleState): ConnectionStatus {
  if (state.phase === 'stopped') return 'disconnected';
  if (state.phase === 'connected') return 'connected';
  // On the way, in whichever phase. Whatever waits has failed before.
  return state.history === 'first' ? 'connecting' : 'reconnecting';
}

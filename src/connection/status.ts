/** Maps each state of the lifecycle to the fields of the public store. */
import type { ConnectionState, ConnectionStatus, DisconnectReason } from '../types.ts';
import type { LifecycleState } from './states.ts';

export type PublicView = Pick<
  ConnectionState,
  'status' | 'reason' | 'reconnectAttempts' | 'nextRetryAt' | 'error'
>;

/** The public fields of a state. */
export function toPublicView(state: LifecycleState): PublicView {
  return {
    status: toStatus(state),
    reason: toReason(state),
    reconnectAttempts: state.failures,
    nextRetryAt: state.phase === 'waiting' ? Math.ceil(state.retryAt) : null,
    error: state.error,
  };
}

function toReason(state: LifecycleState): DisconnectReason | null {
  if (state.phase === 'paused') return 'idle';
  return state.phase === 'stopped' ? state.reason : null;
}

function toStatus(state: LifecycleState): ConnectionStatus {
  if (state.phase === 'stopped' || state.phase === 'paused') return 'disconnected';
  if (state.phase === 'connected') return 'connected';
  // Every other phase is on the way to a connection.
  return state.history === 'first' ? 'connecting' : 'reconnecting';
}

/** What does the page see of the lifecycle? The public part of each state. */
import type { ConnectionState, ConnectionStatus } from '../types.ts';
import type { LifecycleState } from './lifecycle.ts';

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
  switch (state.phase) {
    case 'stopped':
      return 'disconnected';
    case 'connected':
      return 'connected';
    case 'waiting':
      return 'reconnecting';
    case 'starting':
    case 'preparing':
    case 'opening':
    case 'open':
    case 'asleep':
      return state.history === 'first' ? 'connecting' : 'reconnecting';
    default:
      state satisfies never;
      return 'disconnected';
  }
}

'use client';
/** How is the connection? */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { type ConnectionStatus, WebSocketServiceError } from '../src/index.ts';
import { isTimerMs } from '../src/timer-limit.ts';
import { createGracefulStatus } from './graceful-status.ts';
import { useWebSocketService } from './use-websocket-service.ts';

export interface UseConnectionStatusOptions {
  /** A loss that is mended within this time is not shown; ms. Default 0. */
  grace?: number | undefined;
}

/** The status. Renders when it changes, and for nothing else: no event, no attempt. */
export function useConnectionStatus({ grace = 0 }: UseConnectionStatusOptions = {}): ConnectionStatus {
  if (!isTimerMs(grace)) {
    throw new WebSocketServiceError('invalid-argument', 'The grace must be a number of milliseconds from 0.');
  }
  const { store } = useWebSocketService();
  const reader = useMemo(() => createGracefulStatus(store, grace), [store, grace]);
  return useStore(reader);
}

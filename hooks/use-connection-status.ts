'use client';
/** How is the connection? */
import { useMemo } from 'react';
import { useNearestConnection } from '../providers/nearest-connection.ts';
import { failure } from '../src/errors.ts';
import type { ConnectionStatus } from '../src/index.ts';
import { isTimerMs } from '../src/timer-limit.ts';
import { createGracefulStatus } from './graceful-status.ts';
import { useReadable } from './use-readable.ts';

export interface UseConnectionStatusOptions {
  /** A loss that is mended within this time is not shown; ms. Default 0. */
  grace?: number | undefined;
}

/** The status. Renders when it changes, and for nothing else: no event, no attempt. */
export function useConnectionStatus({ grace = 0 }: UseConnectionStatusOptions = {}): ConnectionStatus {
  if (!isTimerMs(grace)) throw failure('invalid-argument/grace', {});
  const { inner } = useNearestConnection();
  const reader = useMemo(() => createGracefulStatus(inner, grace), [inner, grace]);
  return useReadable(reader);
}

'use client';
/** The status of the connection. */
import { useMemo } from 'react';
import { useNearestConnection } from '../providers/nearest-connection.ts';
import { failure } from '../src/errors.ts';
import type { ConnectionStatus } from '../src/index.ts';
import { isTimerMs } from '../src/timer-limit.ts';
import { createGracefulStatus } from './graceful-status.ts';
import { useReadable } from './use-readable.ts';

export interface UseConnectionStatusOptions {
  /** A lost connection still counts as `connected` for this long, in case it is back by then; ms. Default 0. */
  grace?: number | undefined;
}

/** The status. Renders only when it changes. Throws `invalid-argument` for an invalid `grace`. */
export function useConnectionStatus({ grace = 0 }: UseConnectionStatusOptions = {}): ConnectionStatus {
  if (!isTimerMs(grace)) throw failure('invalid-argument/grace', {});
  const { stateStore } = useNearestConnection();
  const reader = useMemo(() => createGracefulStatus(stateStore, grace), [stateStore, grace]);
  return useReadable(reader);
}

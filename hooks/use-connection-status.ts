'use client';
/** The status of the connection. */
import { useMemo } from 'react';
import { useWanted } from '../providers/shown-state.ts';
import { failure } from '../src/errors.ts';
import type { ConnectionStatus, Register } from '../src/index.ts';
import { isTimerMs } from '../src/timer-limit.ts';
import { createGracefulStatus } from './graceful-status.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useReadable } from './use-readable.ts';

export interface UseConnectionStatusOptions<Types extends object = Register>
  extends UseServiceOptions<Types> {
  /** A lost connection still counts as `connected` for this long, in case it is back by then; ms. Default 0. */
  grace?: number | undefined;
}

/** The status. Renders only when it changes. Throws `invalid-argument` for an invalid `grace`. */
export function useConnectionStatus<Types extends object = Register>(
  options?: UseConnectionStatusOptions<Types>,
): ConnectionStatus {
  const { grace = 0 } = options ?? {};
  if (!isTimerMs(grace)) throw failure('invalid-argument/grace', {});
  const connection = useConnectionOf(options);
  const { stateStore } = connection;
  const wanted = useWanted(connection);
  const reader = useMemo(() => createGracefulStatus(stateStore, grace, wanted), [stateStore, grace, wanted]);
  return useReadable(reader);
}

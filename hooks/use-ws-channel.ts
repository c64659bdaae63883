'use client';
/** Joins a channel while a component is mounted. */
import { useEffect, useMemo } from 'react';
import type {
  ChannelCommands,
  ChannelFrom,
  ChannelName,
  ChannelState,
  JoinOptions,
  NoName,
  Register,
} from '../src/index.ts';
import { checkFrom, createHandle } from '../src/service/channels/join-channel.ts';
import { wantedName } from '../src/service/config/event-names.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useReadable } from './use-readable.ts';

export interface UseWsChannelOptions<Types extends object = Register>
  extends UseServiceOptions<Types>,
    JoinOptions {}

/** What `useWsChannel` returns. Its functions are the same in every render with the same channel. */
export interface WsChannel<Types extends object = Register> extends ChannelState, ChannelCommands<Types> {}

/**
 * Joins a channel of the server as long as at least one component wants it, and tells its status. It is joined again in each
 * new session, before the send queue and the missed-events notice, and left one second after the last component is gone.
 * Without a name (`undefined`, `null`, `''` or `false`) there is no channel, and the status is `idle`. Throws
 * `invalid-argument` for an invalid name or `from`.
 */
export function useWsChannel<Types extends object = Register>(
  name: ChannelName<Types> | NoName,
  options?: UseWsChannelOptions<Types>,
): WsChannel<Types> {
  const connection = useConnectionOf(options);
  const wanted = wantedName(name, 'channel-name');
  const { from } = options ?? {};
  checkFrom(from);
  // An inline `{ last: 50 }` is another object in each render.
  const place = JSON.stringify(from);
  const handle = useMemo(() => createHandle(connection, wanted), [connection, wanted]);
  useEffect(
    () => handle.mount(place === undefined ? undefined : (JSON.parse(place) as ChannelFrom)),
    [handle, place],
  );
  const { status, error } = useReadable(handle.store);
  const { retry, send, request } = handle;
  return useMemo(
    () => ({ status, error, retry, send, request }) as WsChannel<Types>,
    [status, error, retry, send, request],
  );
}

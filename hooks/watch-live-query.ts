/** A live query outside React, and for other libraries. */
import type { ChannelName, Register, WebSocketService } from '../src/index.ts';
import { callSafely } from '../src/rejection.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import { checkLive } from '../src/service/live/check-options.ts';
import { createLiveHandle, entryOf, type LiveOptions } from './create-live-query.ts';
import type { LiveQuery, UseLiveQueryOptions } from './use-live-query.ts';

/**
 * The same as `useLiveQuery`, without a component: calls `onState` now, and with each change, until the returned function is
 * called. What it throws later goes to `errors$`. Shares its data with the components that have an equal key. Throws `invalid-argument` for what can't work.
 */
export function watchLiveQuery<
  Data,
  Types extends object = Register,
  Channel extends ChannelName<Types> = never,
>(
  service: WebSocketService<Types>,
  options: Omit<UseLiveQueryOptions<Data, Types, Channel>, 'service'>,
  onState: (query: LiveQuery<Data>) => void,
): () => void {
  const given = options as unknown as LiveOptions;
  const connection = connectionOf(service);
  checkLive('onState', typeof onState === 'function');
  const { store, refetch } = createLiveHandle(connection, entryOf(given), given);
  const tell = (): unknown => onState({ ...store.getState(), refetch } as LiveQuery<Data>);
  const onError = (thrown: unknown): void =>
    connection.reporter.thrown('The onState of a live query', thrown);
  const stop = store.subscribe(() => callSafely(tell, onError));
  tell();
  return stop;
}

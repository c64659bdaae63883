/** A live query outside React, and for other libraries. */
import type { Register, WebSocketService } from '../src/index.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import { hashKey } from '../src/service/live/hash-key.ts';
import { createLiveHandle, type LiveOptions } from './create-live-query.ts';
import type { LiveQuery, UseLiveQueryOptions } from './use-live-query.ts';

/**
 * The same as `useLiveQuery`, without a component: calls `onState` now, and with each change, until the returned function is
 * called. Shares its data with the components that have an equal key. Throws `invalid-argument` if `service` is not one.
 */
export function watchLiveQuery<Data, Types extends object = Register>(
  service: WebSocketService<Types>,
  options: Omit<UseLiveQueryOptions<Data, Types>, 'service'>,
  onState: (query: LiveQuery<Data>) => void,
): () => void {
  const { key } = options;
  const given = options as unknown as LiveOptions;
  const { store, refetch } = createLiveHandle(connectionOf(service), key ? hashKey(key) : '', given);
  const tell = (): void => onState({ ...store.getState(), refetch } as LiveQuery<Data>);
  const stop = store.subscribe(tell);
  tell();
  return stop;
}

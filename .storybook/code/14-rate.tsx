// Prices per second. Without a connection it says so, because 0 could also mean that nothing happened.

import { type ConnectionStatus, useWebSocketService, useWsStream, type WebSocketService } from 'everwire';
import { bufferTime, distinctUntilChanged, map, Observable, switchMap, withLatestFrom } from 'rxjs';

export function useRate() {
  const { store } = useWebSocketService();
  return useWsStream(
    'price',
    (price$, inputs$) =>
      inputs$.pipe(
        switchMap(([store]) => price$.pipe(bufferTime(1_000), withLatestFrom(statusOf(store)))),
        map(([events, status]) => (status === 'connected' ? `${events.length} per second` : 'no connection')),
      ),
    [store],
    'measuring',
  );
}

function statusOf(store: WebSocketService['store']): Observable<ConnectionStatus> {
  return new Observable<ConnectionStatus>((subscriber) => {
    subscriber.next(store.getState().status);
    return store.subscribe(({ status }) => subscriber.next(status));
  }).pipe(distinctUntilChanged());
}

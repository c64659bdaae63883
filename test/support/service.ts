/** A service for one test, which records everything that it reports, and is disposed of afterwards. */
import {
  type ConnectionState,
  createWebSocketService,
  type IWebSocketEvent,
  type MissedEvents,
  type WebSocketErrorCode,
  type WebSocketService,
  type WebSocketServiceError,
} from 'everwire/core';
import { onTestFinished } from 'vitest';

export interface Recorded {
  readonly service: WebSocketService;
  readonly events: IWebSocketEvent[];
  readonly missed: MissedEvents[];
  readonly errors: WebSocketServiceError[];
  readonly statuses: string[];
}

/** Subscribes before the first `connect()`. */
export function record(): Recorded {
  const service = createWebSocketService();
  const events: IWebSocketEvent[] = [];
  const missed: MissedEvents[] = [];
  const errors: WebSocketServiceError[] = [];
  const statuses: string[] = [service.store.getState().status];
  service.events$.subscribe((event) => events.push(event));
  service.missed$.subscribe((notice) => missed.push(notice));
  service.errors$.subscribe((error) => errors.push(error));
  service.store.subscribe((state, before) => {
    if (state.status !== before.status) statuses.push(state.status);
  });
  onTestFinished(() => service.dispose());
  return { service, events, missed, errors, statuses };
}

/** Resolves as soon as the state satisfies the condition. */
export function untilState(
  service: WebSocketService,
  condition: (state: ConnectionState) => boolean,
): Promise<ConnectionState> {
  return new Promise((resolve) => {
    const state = service.store.getState();
    if (condition(state)) return resolve(state);
    const stop = service.store.subscribe((now) => {
      if (!condition(now)) return;
      stop();
      resolve(now);
    });
  });
}

/** Resolves with the first event of this name from now on. */
export function nextEvent(service: WebSocketService, name: string): Promise<IWebSocketEvent> {
  return new Promise((resolve) => {
    const subscription = service.event$(name).subscribe((event) => {
      subscription.unsubscribe();
      resolve(event);
    });
  });
}

/** Resolves with the first error of this code from now on. */
export function nextError(
  service: WebSocketService,
  code: WebSocketErrorCode,
): Promise<WebSocketServiceError> {
  return new Promise((resolve) => {
    const subscription = service.errors$.subscribe((error) => {
      if (error.code !== code) return;
      subscription.unsubscribe();
      resolve(error);
    });
  });
}

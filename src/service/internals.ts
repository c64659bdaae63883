/** What do our hooks need of a service that users do not? Kept beside it, off its public face. */
import { WebSocketServiceError } from '../errors.ts';
import type { EventCell } from '../store/latest-events.ts';
import type { IWebSocketConfig, WebSocketService } from '../types.ts';

export interface ServiceInternals {
  /** Brings the config up to date; null means: not now. Unlike `connect`, it revives nothing that was stopped. */
  configure(config: IWebSocketConfig | null): void;
  /** One name's slice of `lastEvents`. Throws for what is no name. */
  cell(name: string): EventCell;
  /** Runs a commit with everyone else's, by the config's `batch`. */
  scheduleCommit(commit: () => void): void;
  /** Grows whenever the session goes to someone or somewhere else. */
  session(): number;
  /** Calls back when the session belongs to someone or somewhere else: what was shown is no longer theirs. */
  onSessionReplaced(listener: () => void): () => void;
}

const internals = /* @__PURE__ */ new WeakMap<WebSocketService, ServiceInternals>();

export function setInternals(service: WebSocketService, inside: ServiceInternals): void {
  internals.set(service, inside);
}

/** Throws a typed error for a service that `createWebSocketService` did not make. */
export function internalsOf(service: WebSocketService): ServiceInternals {
  const inside = internals.get(service);
  if (inside === undefined) {
    throw new WebSocketServiceError(
      'invalid-argument',
      'This service was not made by createWebSocketService(). Make it with that, or leave the service prop out.',
    );
  }
  return inside;
}

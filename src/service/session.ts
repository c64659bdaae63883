/** The session's user and config: applies configs, and decides what a change means for the lifecycle. */
import { isIdle } from '../connection/states.ts';
import { toPublicView } from '../connection/status.ts';
import { failure, WebSocketServiceError } from '../errors.ts';
import type { GivenConfig } from '../given-config.ts';
import type { ActiveConfig } from './config/active-config.ts';
import {
  isSameSession,
  isSameUser,
  loggerOf,
  type ResolvedConfig,
  resolveConfig,
  type SessionKey,
} from './config/config.ts';
import { warnOfLongWaits } from './config/long-waits.ts';
import type { Delivery } from './inbound/delivery.ts';
import type { LifecycleRunner } from './lifecycle-runner.ts';
import { createPolicy } from './policy.ts';
import type { Reporter } from './reporting/reporter.ts';

/**
 * `connect`: the app asks for a connection. `update`: its props changed, which does not revive what it stopped. `pause`:
 * it wants none with this config for now.
 */
export type ConfigIntent = 'connect' | 'update' | 'pause';

/** What an empty url or token means. `to-come`: it is not known yet, and a connection is wanted. */
export type EmptyMeaning = 'to-come' | 'signed-out';

export interface Session {
  /** Whether a connection is wanted, or was until it stopped. */
  isConfigured(): boolean;
  /** Grows with each session of another user, url, auth or protocol. */
  generation(): number;
  /** Calls `listener` when the generation grows: the data shown until then belongs to another user or url. */
  onReplaced(listener: () => void): () => void;
  /** Applies a config. Null: nobody is left who wants a connection, so nothing is kept. Call it inside `runInTurn`. */
  configure(given: GivenConfig | null, intent: ConfigIntent, empty: EmptyMeaning): void;
  /** Disconnects until the app asks for a connection. Call it inside `runInTurn`. */
  disconnect(): void;
  /** Disconnects for good. Call it inside `runInTurn`. */
  dispose(): void;
}

export interface SessionParts {
  /** Written here, and only here. */
  readonly active: { -readonly [Key in keyof ActiveConfig]: ActiveConfig[Key] };
  readonly lifecycle: LifecycleRunner;
  readonly delivery: Delivery;
  readonly reporter: Reporter;
  /** The config of the same session was replaced. */
  readonly onUpdated: () => void;
  /** The url or token that was to come is not awaited any more. */
  readonly onGivenUp: () => void;
}

type Resolved = ReturnType<typeof resolveConfig> | WebSocketServiceError;

function isComplete(next: Resolved): next is ResolvedConfig {
  return typeof next === 'object' && 'session' in next && next.session !== undefined;
}

export function createSession({
  active,
  lifecycle,
  delivery,
  reporter,
  onUpdated,
  onGivenUp,
}: SessionParts): Session {
  let key: SessionKey | undefined;
  let generation = 0;
  let hasWarned = false;
  let hasReportedProtocol = false;
  let life: 'usable' | 'disposed' = 'usable';
  /** The config whose url or token is still to come. */
  let awaitedBy: GivenConfig | undefined;
  const listeners = new Set<() => void>();

  const resolve = (given: GivenConfig): Resolved => {
    try {
      return resolveConfig(given, reporter.clean);
    } catch (error) {
      if (error instanceof WebSocketServiceError) return error;
      throw error;
    }
  };

  const end = (): void => {
    if (!isIdle(lifecycle.state)) lifecycle.step({ type: 'disable' });
    active.config = undefined;
  };

  /** Reports an invalid config once, however often it is given again. */
  const reject = (error: WebSocketServiceError): void => {
    const { phase, error: last } = lifecycle.state;
    if (phase !== 'stopped' || last?.message !== error.message) lifecycle.step({ type: 'reject', error });
    active.config = undefined;
  };

  /** Clears what the last session showed: the next one belongs to another user or url. */
  const replace = (): void => {
    if (key === undefined) return;
    key = undefined;
    delivery.clear();
    generation += 1;
    // One of them may remove another.
    for (const listener of [...listeners]) if (listeners.has(listener)) listener();
  };

  /** A simple protocol may hold state in its closures, which would be lost. `open` makes its state for each link. */
  const reportNewProtocol = ({ protocol }: ResolvedConfig): void => {
    const before = active.config?.protocol;
    if (hasReportedProtocol || before === undefined || before.open || protocol.open) return;
    if (before.decode === protocol.decode) return;
    hasReportedProtocol = true;
    reporter.fail('invalid-config/new-protocol', { option: 'protocol', protocol: protocol.name });
  };

  const adopt = (next: ResolvedConfig, intent: ConfigIntent): void => {
    const isSame = key !== undefined && isSameSession(key, next.session);
    if (isSame) reportNewProtocol(next);
    const isNewToken = typeof next.token === 'string' && next.token !== active.config?.token;
    active.config = next;
    active.policy = createPolicy(next, reporter);
    if (!hasWarned) hasWarned = warnOfLongWaits(next, reporter);
    if (!isSame) replace();
    key = next.session;
    if (!isSame) return lifecycle.step({ type: 'connect' });
    onUpdated();
    if (isNewToken) lifecycle.step({ type: 'new-token' });
    const { state } = lifecycle;
    if (state.phase === 'paused') return lifecycle.step({ type: 'resume' });
    if (state.phase !== 'stopped') return;
    switch (state.reason) {
      case 'idle':
      case 'invalid-config':
        return lifecycle.step({ type: 'connect' });
      case 'client':
      case 'ended':
        if (intent === 'connect') lifecycle.step({ type: 'connect' });
        return;
      case 'attempts-exhausted':
      case 'fatal-close':
      case 'unauthorized':
        if (intent === 'connect' || isNewToken) lifecycle.step({ type: 'reconnect' });
        return;
      default:
        state.reason satisfies never;
    }
  };

  /** An invalid config of the same user says nothing that counts. */
  const graceOf = (next: Resolved): number => {
    const { pauseGrace = active.config?.pauseGrace ?? 0 } = next as Partial<ResolvedConfig>;
    return pauseGrace;
  };

  const apply: Session['configure'] = (given, intent, empty) => {
    if (life === 'disposed') return reject(failure('disposed', {}));
    if (given === null) return end();
    const { token } = given;
    // The token is secret from now on, and the logger hears of problems, even if the config is invalid.
    if (typeof token === 'string') reporter.learn(token, 'token');
    reporter.logTo(loggerOf(given));
    const next = resolve(given);
    if (intent !== 'pause' && isComplete(next)) return adopt(next, intent);
    const isSame =
      key !== undefined && (isComplete(next) ? isSameSession(key, next.session) : isSameUser(key, given));
    if (next instanceof WebSocketServiceError && intent !== 'pause') reject(next);
    else if (isSame) lifecycle.step({ type: 'pause', graceMs: graceOf(next) });
    else end();
    // Signed out, or another user, whose config is not complete: what is shown belongs to the last one.
    if (!isSame) replace();
    if (empty !== 'to-come' || intent === 'pause' || !('missing' in next)) return;
    active.awaited = next;
    awaitedBy = given;
  };

  /** Runs a change after which the missing url or token may not be awaited any more. */
  const stopAwaiting = (change: () => void): void => {
    const before = active.awaited;
    active.awaited = undefined;
    change();
    if (before && !active.awaited && lifecycle.state.phase === 'stopped') onGivenUp();
  };

  const disconnect = (): void => stopAwaiting(() => lifecycle.step({ type: 'disconnect' }));

  return {
    // A paused connection has a config, for what is still held.
    isConfigured: () => active.config !== undefined && toPublicView(lifecycle.state).reason !== 'idle',
    generation: () => generation,
    onReplaced(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    configure(given, intent, empty) {
      // What waits was said by another user, or to another server.
      if (active.awaited && given && differs(awaitedBy, given)) onGivenUp();
      stopAwaiting(() => apply(given, intent, empty));
    },
    disconnect,
    dispose() {
      if (life === 'disposed') return;
      life = 'disposed';
      disconnect();
      active.config = undefined;
    },
  };
}

/** Whether both name a user, or an address, and not the same one. */
function differs(before: GivenConfig | undefined, { identity, url }: GivenConfig): boolean {
  const isOtherUser =
    identity !== undefined && before?.identity !== undefined && identity !== before.identity;
  const isOtherPlace =
    typeof url === 'string' && typeof before?.url === 'string' && before.url !== '' && url !== before.url;
  return isOtherUser || (isOtherPlace && url !== '');
}

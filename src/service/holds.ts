/** Who holds the connection, and with which config. It is open as long as at least one holder wants it. */
import type { GivenConfig } from '../given-config.ts';
import { missingOption } from './config/config.ts';
import type { ConfigIntent, Session } from './session.ts';

/** A mounted provider, or `appHolder`. */
export type Holder = object;

/** Stands for `service.connect()`. */
export const appHolder: Holder = {};

export interface Holds {
  /**
   * The holder wants the connection with this config; with the intent `pause`, it does not want it now. The config given
   * last is in force, until its holder leaves; then the one before it is.
   */
  hold(holder: Holder, config: GivenConfig, intent: ConfigIntent): void;
  /**
   * The holder leaves, a macrotask from now, unless it holds again by then: StrictMode, Fast Refresh and a changed key
   * unmount and mount again within one macrotask.
   */
  release(holder: Holder): void;
  /** The app disconnects: `connect()` holds no longer, until it is called again or `restore()` is. */
  withdraw(): void;
  /** Undoes `withdraw()`. */
  restore(): void;
  /** Nobody holds the connection any more: disconnects. */
  end(): void;
  /** Prepares a config, which is applied by `hold`. */
  stage(holder: Holder, config: GivenConfig, intent: ConfigIntent): void;
  /** What is prepared: to be held, and released, if the connection is used before. */
  staged(): ReadonlyMap<Holder, readonly [GivenConfig, ConfigIntent]>;
}

interface Claim {
  readonly config: GivenConfig;
  readonly isWanted: boolean;
  /** Whether its url and token were complete once. An empty token is a sign-out then, and not one that is still to come. */
  readonly wasComplete: boolean;
  releaseTimer?: ReturnType<typeof setTimeout>;
}

/** `runCommand` runs a task in its turn. Nothing is sent until then. */
export function createHolds(session: Session, runCommand: (task: () => void) => void): Holds {
  /** In the order in which their configs were given. */
  let claims = new Map<Holder, Claim>();
  const staged = new Map<Holder, readonly [GivenConfig, ConfigIntent]>();
  let withdrawn: Claim | undefined;

  /** The newest claim that can be met; else the newest one whose url or token is missing; else one that pauses. */
  const current = (): Claim | undefined => {
    const newestFirst = [...claims.values()].reverse();
    return newestFirst.find(isMet) ?? newestFirst.find(({ isWanted }) => isWanted) ?? newestFirst[0];
  };

  const apply = (intent: 'connect' | 'update'): void =>
    runCommand(() => {
      const claim = current();
      if (claim === undefined) return session.configure(null, intent, 'signed-out');
      const { config, isWanted, wasComplete } = claim;
      session.configure(config, isWanted ? intent : 'pause', wasComplete ? 'signed-out' : 'to-come');
    });

  const clear = (): void => {
    for (const { releaseTimer } of claims.values()) clearTimeout(releaseTimer);
    claims.clear();
    withdrawn = undefined;
  };

  const hold: Holds['hold'] = (holder, config, intent) => {
    staged.delete(holder);
    // What the app gave before `disconnect()` counts: an empty url or token after it is not one that is still to come.
    const before = claims.get(holder) ?? (holder === appHolder ? withdrawn : undefined);
    clearTimeout(before?.releaseTimer);
    if (holder === appHolder) withdrawn = undefined;
    // A sign-out is for everyone: another holder's config has the token of the user who has left.
    if (before?.wasComplete && missingOption(config) === 'token') clear();
    const isFirst = ![...claims.values()].some(isMet);
    const wasComplete = before?.wasComplete || missingOption(config) === undefined;
    claims.delete(holder);
    claims.set(holder, { config, isWanted: intent !== 'pause', wasComplete });
    apply(isFirst || intent === 'connect' ? 'connect' : 'update');
  };

  const release: Holds['release'] = (holder) => {
    const claim = claims.get(holder);
    if (claim === undefined) return;
    clearTimeout(claim.releaseTimer);
    claim.releaseTimer = setTimeout(() => {
      claims.delete(holder);
      apply('update');
    }, 0);
  };

  return {
    hold,
    release,
    withdraw() {
      withdrawn = claims.get(appHolder) ?? withdrawn;
      claims.delete(appHolder);
    },
    restore() {
      if (withdrawn === undefined) return;
      // Below the others: their configs are in force.
      claims = new Map([[appHolder, withdrawn], ...claims]);
      withdrawn = undefined;
      apply('connect');
    },
    end() {
      clear();
      apply('update');
    },
    stage(holder, ...given) {
      staged.set(holder, given);
      // The commit is over by then. A part of the page that is hidden gets no further in it, and holds nothing.
      queueMicrotask(() => staged.delete(holder));
    },
    staged: () => staged,
  };
}

function isMet({ config, isWanted }: Claim): boolean {
  return isWanted && missingOption(config) === undefined;
}

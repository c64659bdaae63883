/** Who holds the connection, and with which config. It is open as long as at least one holder wants it. */
import type { GivenConfig } from '../given-config.ts';
import { missingOption } from './config/config.ts';
import { differingOption } from './config/differing-option.ts';
import type { Reporter } from './reporting/reporter.ts';
import type { ConfigIntent, Session } from './session.ts';

/** A mounted provider, or `appHolder`. */
export type Holder = object;

/** The holder for `service.connect()`, which has no provider. */
export const appHolder: Holder = {};

export interface Holds {
  /**
   * Says that this holder wants the connection, and with which config; with the intent `pause`, that it does not want it now.
   * If holders have different configs, the one that was changed last is used, until its holder leaves. An equal config is no
   * change: otherwise two providers would take the connection from each other with every render.
   */
  hold(holder: Holder, config: GivenConfig, intent: ConfigIntent): void;
  /**
   * The holder leaves, a macrotask from now, unless it holds again by then: StrictMode, Fast Refresh and a changed key
   * unmount and mount again within one macrotask.
   */
  release(holder: Holder): void;
  /** The config that is in force when all commands have run; undefined if no connection is wanted then. */
  config(): GivenConfig | undefined;
  /** Reports, once, that two providers have different configs. Call it when the effects of a commit have run. */
  compare(): void;
  /** Whether one holder has signed out the user of another one, which has not got a new config since. */
  isSignedOut(): boolean;
  /** The app has called `disconnect()`: removes its hold, until it calls `connect()` or `restore()`. */
  withdraw(): void;
  /** Undoes `withdraw()`. */
  restore(): void;
  /** Removes all holders, and disconnects. */
  end(): void;
  /** Keeps a config for the `hold` that follows in the same commit. */
  stage(holder: Holder, config: GivenConfig, intent: ConfigIntent): void;
  /** The configs whose `hold` has not followed yet. To send before it, hold and release them. */
  staged(): ReadonlyMap<Holder, readonly [GivenConfig, ConfigIntent]>;
}

interface Claim {
  readonly config: GivenConfig;
  readonly isWanted: boolean;
  /** Whether its url and token were complete once. An empty token is a sign-out then, and not one that is still to come. */
  readonly wasComplete: boolean;
  /** `signed-out`: another holder has signed this user out. It holds again with a changed config. */
  standing: 'valid' | 'signed-out';
  releaseTimer?: ReturnType<typeof setTimeout> | undefined;
}

/** `runCommand` runs a task in its turn. Nothing is sent until then. */
export function createHolds(
  session: Session,
  runCommand: (task: () => void) => void,
  reporter: Reporter,
): Holds {
  /** In the order in which their configs were changed. */
  let claims = new Map<Holder, Claim>();
  const staged = new Map<Holder, readonly [GivenConfig, ConfigIntent]>();
  let withdrawn: Claim | undefined;
  let hasReported = false;

  /** The newest claim that can be met; else the newest one whose url or token is missing; else one that pauses. */
  const current = (): Claim | undefined => {
    const newestFirst = [...claims.values()].filter(isValid).reverse();
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
    const isWanted = intent !== 'pause';
    if (intent !== 'connect' && before?.isWanted === isWanted && !differingOption(before.config, config)) {
      // It keeps its place, and its functions may be new.
      claims.set(holder, { ...before, config, releaseTimer: undefined });
      return apply('update');
    }
    const missing = missingOption(config);
    // A sign-out is for everyone: another holder's config has the token of the user who has left.
    if (before?.wasComplete && missing === 'token') {
      claims.delete(appHolder);
      withdrawn = undefined;
      for (const claim of claims.values()) claim.standing = 'signed-out';
    }
    const isFirst = ![...claims.values()].some(isMet);
    claims.delete(holder);
    // The same user is back.
    for (const claim of claims.values()) if (!differingOption(claim.config, config)) claim.standing = 'valid';
    const wasComplete = before?.wasComplete || missing === undefined;
    claims.set(holder, { config, isWanted, wasComplete, standing: 'valid' });
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
    config() {
      const claim = current();
      return claim?.isWanted ? claim.config : undefined;
    },
    compare() {
      const [first, ...others] = [...claims]
        .filter(([holder, claim]) => holder !== appHolder && isMet(claim) && claim.releaseTimer === undefined)
        .map(([, { config }]) => config);
      const option = first && others.map((config) => differingOption(first, config)).find(Boolean);
      if (option === undefined || hasReported) return;
      hasReported = true;
      reporter.fail('invalid-config/two-providers', { option });
    },
    isSignedOut: () => ![...claims.values()].every(isValid),
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

function isMet(claim: Claim): boolean {
  return isValid(claim) && claim.isWanted && missingOption(claim.config) === undefined;
}

function isValid({ standing }: Claim): boolean {
  return standing === 'valid';
}

/**
 * Keeps the data of one live query up to date, in a cache that belongs to somebody else: decides which events are held,
 * when they are applied, and when the data has to be fetched again.
 */
import type { Subscription } from 'rxjs';
import { keysOf } from '../../stream/channel-key.ts';
import { inAct } from '../../transport/act.ts';
import type { IWebSocketEvent, MissedEvents } from '../../types.ts';
import type { Connection } from '../connection.ts';
import { createHeldEvents, type LiveRules } from './held-events.ts';
import { isOpen, type LiveGate, untilSettled } from './live-gate.ts';
import type { LivePosition } from './position.ts';

/** `stale`: it is being fetched, or will be. `failed`: it could not be fetched. */
export type LiveStanding = 'live' | 'stale' | 'failed';

/** The cache that holds the data, and fetches it. */
export interface LiveCache<Data> {
  /** Names the query in errors. */
  readonly label: string;
  /** The channel whose events change it. Undefined: events of all, and of none. */
  readonly channel: string | undefined;
  rules(): LiveRules<Data>;
  read(): Data | undefined;
  write(data: Data): void;
  /** Starts a fetch, in place of one that runs. Returns whether it does. */
  refetch(): boolean;
  /** What it holds belongs to another user. */
  reset(): void;
  onStanding(): void;
}

export interface LiveSource<Data> {
  standing(): LiveStanding;
  isFollowing(): boolean;
  /**
   * Listens to the events from now on. If it does already: to those that the rules name now. Returns whether those are others,
   * so that the data has to be fetched again.
   */
  follow(): boolean;
  /** Stops listening: the data is no longer kept up to date. */
  unfollow(): void;
  /** The same for good. */
  dispose(): void;
  /** Fetches again, in place of a fetch that runs. */
  refetch(): void;
  /**
   * Runs the app's fetch as soon as its result can be kept up to date. Aborts it and runs it again if events are missed
   * meanwhile. One of the next three calls has to follow.
   */
  fetch<Result>(run: (signal: AbortSignal) => Promise<Result> | Result): Promise<Result>;
  /** The cache has got the result. */
  fetched(data: Data): void;
  fetchFailed(): void;
  fetchCancelled(): void;
}

/** `presumed`: whole, if the server does not greet, and until the next link. */
type Completeness = 'whole' | 'presumed' | 'holed';

/** More are not held: the fetch starts anew, and has them in its result. */
const MAX_HELD = 10_000;

/** Between two fetches because of a reducer that throws: it may throw each time. */
const THROW_PAUSE_MS = 5_000;

export function createLiveSource<Data>(
  { events, missed, missedDelayed, session, reporter, scheduleCommit }: Connection,
  gate: LiveGate,
  cache: LiveCache<Data>,
): LiveSource<Data> {
  const held = createHeldEvents<Data>();
  let following: Subscription | undefined;
  let followedNames = '';
  /** Whether the data, with what is held, is everything. */
  let data: Completeness = 'holed';
  /** The same for the result of the fetch that runs. Undefined: none does. */
  let fetching: Completeness | undefined;
  let lastFetch: 'none' | 'fetched' | 'failed' = 'none';
  /** Why a fetch is about to come by itself. */
  let planned: 'no' | 'missed' | 'asked' = 'no';
  let attempt: AbortController | undefined;
  /** Grows with each fetch, and when one is cancelled. */
  let turn = 0;
  /** How far the data goes. */
  let reached: LivePosition | null | undefined;
  let throwPause: ReturnType<typeof setTimeout> | undefined;

  const isHolding = (): boolean => fetching !== undefined || planned !== 'no';

  const lose = (): void => {
    data = 'holed';
    if (fetching) fetching = 'holed';
  };

  const apply = (to: Data | undefined): void => {
    if (to === undefined) return held.clear();
    const { data: next, thrown } = held.apply(to, cache.rules(), reached);
    cache.write(next);
    if (thrown === undefined) return;
    reporter.thrown(`The reducer of "${thrown.event}" in ${cache.label}`, thrown.value);
    data = 'holed';
    planned = 'asked';
    if (throwPause !== undefined) return;
    throwPause = setTimeout(
      inAct(() => {
        throwPause = undefined;
        if (planned === 'asked') refetch();
      }),
      THROW_PAUSE_MS,
    );
    refetch();
  };

  const commit = (): void => {
    if (!following || isHolding()) return;
    apply(cache.read());
    if (isHolding()) cache.onStanding();
  };

  const refetch = (): void => {
    // It begins again, after what was missed.
    if (attempt) return attempt.abort();
    planned = 'asked';
    if (cache.refetch()) return;
    planned = 'no';
    commit();
  };

  const onEvent = (event: IWebSocketEvent): void => {
    const count = held.add(event);
    if (!isHolding()) {
      // A hidden page may have no frame for a minute.
      if (count < MAX_HELD) scheduleCommit(commit);
      else commit();
    } else if (count >= MAX_HELD) {
      held.clear();
      lose();
      attempt?.abort();
    }
  };

  const concerns = ({ channel, except }: MissedEvents): boolean => {
    if (cache.channel === undefined) return true;
    return channel === undefined ? !except?.has(cache.channel) : channel === cache.channel;
  };

  const onMissed = (notice: MissedEvents): void => {
    if (!concerns(notice)) return;
    lose();
    planned = 'missed';
    cache.onStanding();
  };

  /**
   * What was fetched before it opened, or could not be fetched, is fetched now. Of a server that has neither greeted nor sent
   * anything yet, no notice comes with a new link: what was presumed to be whole was so on the last one.
   */
  const onOpen = (): void => {
    if (data === 'presumed') data = 'holed';
    if (fetching === 'presumed') {
      fetching = 'holed';
      attempt?.abort();
    }
    fetchAgain();
  };

  const onRefused = (): void => {
    lose();
    cache.onStanding();
  };

  const fetchAgain = (): void => {
    if (data === 'holed' && !isHolding() && isOpen(gate.state())) refetch();
  };

  const standingOfGate = (): Completeness => {
    const state = gate.state();
    if (state === 'open') return 'whole';
    return state === 'presumed' ? state : 'holed';
  };

  const onReplaced = (): void => {
    held.clear();
    lose();
    planned = 'no';
    lastFetch = 'none';
    cache.reset();
  };

  const settle = (how: typeof lastFetch): void => {
    if (how === 'fetched') data = fetching ?? 'holed';
    fetching = undefined;
    lastFetch = how;
    turn += 1;
    attempt?.abort();
    attempt = undefined;
  };

  const settleWithout = (how: typeof lastFetch): void => {
    settle(how);
    if (!isHolding()) apply(cache.read());
    cache.onStanding();
  };

  const positionOf = (result: Data): typeof reached => {
    try {
      return cache.rules().at?.(result);
    } catch (thrown) {
      reporter.thrown(`The option "at" of ${cache.label}`, thrown);
      return undefined;
    }
  };

  const stopFollowing = (): void => {
    following?.unsubscribe();
    following = undefined;
    // What comes from now on is missing.
    lose();
  };

  const unfollow = (): void => {
    stopFollowing();
    clearTimeout(throwPause);
    throwPause = undefined;
    held.clear();
    planned = 'no';
  };

  // Also while it does not follow: the next one to look must not see what another user was shown.
  const stopWatching = session.onReplaced(onReplaced);

  return {
    standing() {
      if (isHolding()) return 'stale';
      if (data !== 'holed') return 'live';
      return lastFetch === 'failed' || gate.refusal() ? 'failed' : 'stale';
    },
    isFollowing: () => following !== undefined,
    follow() {
      const names = Object.keys(cache.rules().on);
      const key = JSON.stringify(names);
      const before = following;
      if (before && key === followedNames) return false;
      stopFollowing();
      followedNames = key;
      following = events.named$(keysOf(names, cache.channel)).subscribe(onEvent);
      following.add(missed.all$.subscribe(onMissed));
      // A fetch that began after the notice has what was missed.
      following.add(
        missedDelayed.all$.subscribe((notice) => planned === 'missed' && concerns(notice) && refetch()),
      );
      following.add(gate.onOpen(onOpen));
      following.add(gate.onRefused(onRefused));
      following.add(gate.hold());
      return before !== undefined;
    },
    unfollow,
    dispose() {
      turn += 1;
      attempt?.abort();
      unfollow();
      stopWatching();
    },
    refetch,
    async fetch(run) {
      turn += 1;
      attempt?.abort();
      const own = turn;
      fetching = 'holed';
      cache.onStanding();
      for (;;) {
        const controller = new AbortController();
        const { signal } = controller;
        attempt = controller;
        try {
          await untilSettled(gate, signal);
          if (signal.aborted) throw cancelled;
          held.mark();
          planned = 'no';
          fetching = following ? standingOfGate() : 'holed';
          return await Promise.race([run(signal), aborted(signal)]);
        } catch (error) {
          if (own !== turn || !signal.aborted) throw error;
        } finally {
          if (attempt === controller) attempt = undefined;
        }
      }
    },
    fetched(result) {
      // By another function than `fetch`: nothing was held.
      if (fetching === undefined) {
        lose();
        return cache.onStanding();
      }
      settle('fetched');
      held.dropMarked();
      reached = positionOf(result);
      if (isHolding()) cache.write(result);
      else apply(result);
      fetchAgain();
      cache.onStanding();
    },
    fetchFailed: () => settleWithout('failed'),
    fetchCancelled: () => settleWithout(lastFetch),
  };
}

const cancelled = new Error('The fetch was cancelled.');

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(cancelled));
  });
}

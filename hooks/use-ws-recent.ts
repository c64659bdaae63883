'use client';
/** The newest event of each key, for a while: who is typing, who is here. */
import { useEffect, useInsertionEffect, useRef } from 'react';
import { failure } from '../src/errors.ts';
import type {
  ChannelEventName,
  ChannelEventOf,
  ChannelName,
  EventName,
  EventOf,
  IWebSocketEvent,
  Register,
} from '../src/index.ts';
import { isTimerMs } from '../src/timer-limit.ts';
import { inAct } from '../src/transport/act.ts';
import type { Fold, FoldShape } from './create-fold.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useFold } from './use-fold.ts';
import type { HookNames, NoChannelOption, UseChannelOptions } from './use-named-events.ts';
import { useReadable } from './use-readable.ts';

export interface UseWsRecentOptions<Event, Types extends object = Register> extends UseServiceOptions<Types> {
  /** What the event is about, such as its user. A later event with an equal key replaces it. */
  key: (event: Event) => unknown;
  /** How long an event is shown after it was received, unless a later one replaces it; ms. */
  ttl: number;
}

interface Entry {
  readonly event: IWebSocketEvent;
  /** Of both clocks, because one stops while the machine sleeps, and the other one can be set. */
  readonly received: readonly [date: number, uptime: number];
}

type Entries = Map<unknown, Entry>;

/**
 * The newest event of each key since the mount, without those that are older than `ttl`; in the order in which their keys
 * appeared. Renders at most once per frame, and when events expire. There is one timer for all keys. Without a name
 * (`undefined`, `null`, `''` or `false`) the list is empty, and it is emptied for another user. Throws `invalid-argument`
 * for an invalid name, `key` or `ttl`.
 *
 * ```tsx
 * const typing = useWsRecent('typing', { key: (e) => e.data.user, ttl: 3000 });
 * ```
 */
export function useWsRecent<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  options: UseWsRecentOptions<ChannelEventOf<Name, Channel, Types>, Types> &
    Required<UseChannelOptions<Channel>>,
): readonly ChannelEventOf<Name, Channel, Types>[];
export function useWsRecent<Name extends EventName<Types>, Types extends object = Register>(
  names: HookNames<Name>,
  options: UseWsRecentOptions<EventOf<Name, Types>, Types> & NoChannelOption,
): readonly EventOf<Name, Types>[];
export function useWsRecent(
  names: HookNames<string>,
  options: UseWsRecentOptions<never, object> & UseChannelOptions<string>,
): unknown {
  const { key, ttl } = options ?? {};
  if (typeof key !== 'function') throw failure('invalid-argument/key', {});
  if (!isTimerMs(ttl)) throw failure('invalid-argument/ttl', {});
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef({ ttl, sweep: (): void => undefined });

  const expire = inAct(() => latest.current.sweep());
  const shape: FoldShape<Entries, readonly IWebSocketEvent[]> = {
    start: () => new Map(),
    add(entries, event) {
      entries.set(key(event as never), { event, received: now() });
      timer.current ??= setTimeout(expire, ttl);
      return entries;
    },
    show: (entries) => Array.from(entries.values(), ({ event }) => event),
  };
  const fold = useFold(useConnectionOf(options), names, options, shape);
  useInsertionEffect(() => {
    // The latest `ttl` counts.
    latest.current = { ttl, sweep: () => sweep(fold) };
  });

  /** Removes what has expired, and waits for what expires next. */
  const sweep = ({ current, change }: Fold<Entries, unknown>): void => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const entries = current();
    const before = entries.size;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [about, { received }] of entries) {
      const leftMs = latest.current.ttl - elapsedSince(received);
      if (leftMs <= 0) entries.delete(about);
      else nextMs = Math.min(nextMs, leftMs);
    }
    if (entries.size > 0) timer.current = setTimeout(expire, nextMs);
    if (entries.size < before) change(() => entries);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: another `ttl` expires others. A hidden component has no timer.
  useEffect(() => {
    latest.current.sweep();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [fold, ttl]);
  return useReadable(fold.store);
}

function now(): Entry['received'] {
  return [Date.now(), performance.now()];
}

function elapsedSince([date, uptime]: Entry['received']): number {
  const [nowDate, nowUptime] = now();
  return Math.max(nowDate - date, nowUptime - uptime);
}

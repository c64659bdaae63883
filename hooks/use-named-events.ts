'use client';
/** The slice of the shared stream with some names, and perhaps of one channel, as a stable Observable. */
import { useMemo } from 'react';
import type { Observable } from 'rxjs';
import type { IWebSocketEvent, NoName } from '../src/index.ts';
import { wantedChannel, wantedNames } from '../src/service/config/event-names.ts';
import type { Connection } from '../src/service/connection.ts';
import { keysOf } from '../src/stream/channel-key.ts';

/** The names of a hook: one, several, or none. */
export type HookNames<Name extends string> = Name | NoName | readonly (Name | NoName)[];

export interface NamedEvents {
  readonly events$: Observable<IWebSocketEvent>;
  /** Equal for equal names and channels. */
  readonly key: string;
}

/** The option of every hook that listens to events. */
export interface UseChannelOptions<Channel extends string> {
  /**
   * Only events of this channel. Without the option: those of all channels, and of none. `undefined`, `null`, `''` or
   * `false`: there is no channel yet, so the hook listens to nothing.
   */
  channel?: Channel | NoName;
}

/** Of a call without that option. */
export interface NoChannelOption {
  channel?: never;
}

/**
 * The same object as long as the names and the channel are the same. Lists are compared by their content. Throws for an
 * invalid name.
 */
export function useNamedEvents(
  { events }: Connection,
  names: HookNames<string>,
  options: UseChannelOptions<string> | null | undefined,
): NamedEvents {
  const wanted = wantedNames(names);
  const channel = wantedChannel(options);
  const key = JSON.stringify([wanted, channel]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the names and the channel.
  return useMemo(() => ({ events$: events.named$(keysOf(wanted, channel)), key }), [events, key]);
}

'use client';
/** The slice of the shared stream with some names, as a stable Observable. */
import { useMemo } from 'react';
import type { Observable } from 'rxjs';
import type { IWebSocketEvent, NoName } from '../src/index.ts';
import { wantedNames } from '../src/service/config/event-names.ts';
import type { Connection } from '../src/service/connection.ts';

/** The names of a hook: one, several, or none. */
export type HookNames<Name extends string> = Name | NoName | readonly (Name | NoName)[];

export interface NamedEvents {
  readonly events$: Observable<IWebSocketEvent>;
  /** Equal for equal names. */
  readonly key: string;
}

/** The same object as long as the names are the same. Lists are compared by their content. Throws for an invalid name. */
export function useNamedEvents({ events }: Connection, names: HookNames<string>): NamedEvents {
  const wanted = wantedNames(names);
  const key = JSON.stringify(wanted);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the names.
  return useMemo(() => ({ events$: events.named$(wanted), key }), [events, key]);
}

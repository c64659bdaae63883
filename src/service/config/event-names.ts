/** Checks the names of events and channels. */
import { failure } from '../../errors.ts';
import type { NoName } from '../../register.ts';

/** Returns the names as a new list. Throws for a value that can't be a name: its handler would never be called. */
export function namesOf(names: string | readonly string[]): readonly string[] {
  const list: readonly unknown[] = [names].flat();
  if (list.every((name) => typeof name === 'string' && name !== '')) return list as readonly string[];
  throw failure('invalid-argument/event-name', {});
}

/** The same without the values that stand for no name, which the names of a hook may have. */
export function wantedNames(names: string | NoName | readonly (string | NoName)[]): readonly string[] {
  return namesOf([names].flat().filter((name) => !isNoName(name)) as string[]);
}

/** The name of a hook, `''` if there is none. Throws for a value that is not one. */
export function wantedName(
  name: string | NoName,
  what: 'event-name' | 'channel-name' = 'event-name',
): string {
  if (isNoName(name)) return '';
  if (typeof name === 'string') return name;
  throw failure(`invalid-argument/${what}`, {});
}

/** The channel of a hook: undefined if it takes the events of all channels, `''` if there is no channel yet. */
export function wantedChannel(
  options: { readonly channel?: string | NoName } | null | undefined,
): string | undefined {
  return options && 'channel' in options ? wantedName(options.channel, 'channel-name') : undefined;
}

/** Returns the channel. Throws for a value that can't be one. */
export function checkedChannel(channel: string | undefined): string | undefined {
  if (channel === undefined || (typeof channel === 'string' && channel !== '')) return channel;
  throw failure('invalid-argument/channel-name', {});
}

/** No event has an empty name. */
function isNoName(name: unknown): name is NoName {
  return name === undefined || name === null || name === '' || name === false;
}

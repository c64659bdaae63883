/** Checks event names. */
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
export function wantedName(name: string | NoName): string {
  if (isNoName(name)) return '';
  if (typeof name === 'string') return name;
  throw failure('invalid-argument/event-name', {});
}

/** No event has an empty name. */
function isNoName(name: unknown): name is NoName {
  return name === undefined || name === null || name === '' || name === false;
}

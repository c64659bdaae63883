/** Checks event names. */
import { failure } from '../../errors.ts';

/** Returns the names as a new list. Throws for a value that can't be a name: its handler would never be called. */
export function namesOf(names: string | readonly string[]): readonly string[] {
  const list: unknown = typeof names === 'string' ? [names] : names;
  if (Array.isArray(list) && list.every((name) => typeof name === 'string' && name !== '')) return [...list];
  throw failure('invalid-argument/event-name', {});
}

/** Returns the name. Throws for a value that is not one. */
export function nameOf(name: string): string {
  if (typeof name === 'string' && name !== '') return name;
  throw failure('invalid-argument/event-name', {});
}

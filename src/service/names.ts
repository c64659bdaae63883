/** Is this the name of an event, or a list of names? */
import { failure } from '../errors.ts';

/** As a list of our own. Throws for what can't be a name: a handler of it would wait for ever. */
export function namesOf(names: string | readonly string[]): readonly string[] {
  const list: unknown = typeof names === 'string' ? [names] : names;
  if (Array.isArray(list) && list.every((name) => typeof name === 'string' && name !== '')) return [...list];
  throw failure('invalid-argument/event-name', {});
}

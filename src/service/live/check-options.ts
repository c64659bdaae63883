/** Checks what a live query is given, so that a mistake is said at the call, and not when a fetch starts or an event comes. */
import { failure } from '../../errors.ts';
import type { Wanted } from '../../problems.ts';

/** Throws `invalid-argument` for options that can't work. `names`: how the caller calls the key and the fetch. */
export function checkLiveOptions(
  options: unknown,
  names: { readonly key: 'key' | 'queryKey'; readonly fetch: 'fetch' | 'queryFn' },
): void {
  if (typeof options !== 'object' || options === null) throw failure('invalid-argument/live-options', {});
  const given = options as Readonly<Record<string, unknown>>;
  const check = (option: string, wanted: Wanted, isFit: (value: unknown) => boolean): void => {
    if (!isFit(given[option])) throw failure('invalid-argument/live-option', { option, wanted });
  };
  if (names.key === 'key') check('key', 'live-key', isKey);
  else check('queryKey', 'array', Array.isArray);
  check(names.fetch, 'function', isFunction);
  check('on', 'reducers', isReducers);
  for (const option of ['at', 'eventAt'])
    check(option, 'function', (value) => isNone(value) || isFunction(value));
  check('gcTime', 'keeping-ms', (value) => isNone(value) || (typeof value === 'number' && value >= 0));
}

/** Plain JavaScript may give null where TypeScript would ask for undefined. */
function isNone(value: unknown): boolean {
  return value === undefined || value === null;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** `false` and the like stand for no key. */
function isKey(value: unknown): boolean {
  return isNone(value) || value === false || typeof value === 'string' || Array.isArray(value);
}

function isReducers(on: unknown): boolean {
  if (typeof on !== 'object' || on === null || Array.isArray(on)) return false;
  return Object.entries(on).every(
    ([name, reduce]) => name !== '' && (reduce === undefined || isFunction(reduce)),
  );
}

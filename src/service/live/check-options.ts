/** Checks what a live query is given, so that a mistake is said at the call, and not when a fetch starts or an event comes. */
import { failure } from '../../errors.ts';

/** Throws `invalid-argument` for options that can't work. `fetch`: how the caller calls the function. */
export function checkLiveOptions(options: unknown, fetch: 'fetch' | 'queryFn'): void {
  const given: Readonly<Record<string, unknown>> = Object(options);
  const { on, at, eventAt } = given;
  const gcTime = given['gcTime'] ?? 0;
  checkLive(fetch, isFunction(given[fetch]));
  checkLive('on', isPlain(on) && Object.values(on).every(isFunctionOrNone));
  checkLive('at', isFunctionOrNone(at));
  checkLive('eventAt', isFunctionOrNone(eventAt));
  checkLive('gcTime', typeof gcTime === 'number' && gcTime >= 0);
}

/** Throws `invalid-argument` for what is not as it has to be. The message says how. */
export function checkLive(option: string, isFit: boolean): void {
  if (!isFit) throw failure('invalid-argument/live-option', { option });
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** Plain JavaScript may give null where TypeScript would ask for undefined. */
function isFunctionOrNone(value: unknown): boolean {
  return isFunction(value ?? isFunction);
}

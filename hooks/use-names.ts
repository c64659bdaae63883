'use client';
/** Is this the same list of names as in the last render? Lists are compared by what is in them. */
import { useMemo } from 'react';

/** The names as a list that stays the same object while the names stay the same. */
export function useNames(names: string | readonly string[]): readonly string[] {
  // `undefined` has no JSON: as null it is for the service to refuse, like everything else that is no name.
  const key = JSON.stringify(names ?? null);
  return useMemo(() => {
    const parsed: string | readonly string[] = JSON.parse(key);
    return typeof parsed === 'string' ? [parsed] : parsed;
  }, [key]);
}

'use client';
/** Is this the same list of names as in the last render? Lists are compared by what is in them. */
import { useMemo } from 'react';

/** The names as a list that stays the same object while the names stay the same. */
export function useNames(names: string | readonly string[]): readonly string[] {
  // What is no name has its JSON too, `undefined` as null: it is for the service to refuse.
  const key = JSON.stringify([names].flat());
  return useMemo(() => JSON.parse(key), [key]);
}

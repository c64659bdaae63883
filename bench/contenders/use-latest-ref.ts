/** Lets a subscription that outlives a render call the newest closure, for libraries that leave this to the user. */

import { type RefObject, useLayoutEffect, useRef } from 'react';

export function useLatestRef<Value>(value: Value): RefObject<Value> {
  const ref = useRef(value);
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}

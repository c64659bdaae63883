// How does a subscription that outlives a render call the newest closure? Shared by all who are left to do it by hand.

import { type RefObject, useLayoutEffect, useRef } from 'react';

export function useLatestRef<Value>(value: Value): RefObject<Value> {
  const ref = useRef(value);
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}

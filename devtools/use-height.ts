'use client';
/** Measures how high an element is, for a list that draws only the rows in view. */
import { type RefObject, useEffect, useState } from 'react';

/** px; where nothing is laid out. */
const FALLBACK_HEIGHT = 320;

export function useHeight(box: RefObject<Element | null>): number {
  const [height, setHeight] = useState(FALLBACK_HEIGHT);
  useEffect(() => {
    if (box.current === null || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(([entry]) =>
      setHeight(Math.ceil(entry?.contentRect.height ?? FALLBACK_HEIGHT)),
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return height;
}

/** Counts the renders of the component around it. */
import { useEffect, useRef } from 'react';

/** Counts the renders that React has committed, and writes the number without a render of its own. */
export function RenderCounter({ label }: { readonly label: string }) {
  const shown = useRef<HTMLSpanElement>(null);
  const count = useRef(0);
  useEffect(() => {
    count.current += 1;
    if (shown.current !== null) shown.current.textContent = String(count.current);
  });
  return (
    <span className="counter">
      renders{' '}
      <span ref={shown} className="counter-value" data-testid={`renders ${label}`}>
        0
      </span>
    </span>
  );
}

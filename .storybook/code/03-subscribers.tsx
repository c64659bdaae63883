// Each component asks for what it shows, and for nothing else.

import { useConnectionStatus, useWsEvent, useWsEventHandler } from 'everwire';
import { useRef } from 'react';
import { toast } from './app.ts';

/** Renders for the prices of its own symbol: at most once a frame, with the newest. */
export function Price({ symbol }: { symbol: string }) {
  const price = useWsEvent(`price:${symbol}`, { select: ({ data }) => data.price });
  return <td>{price ?? '–'}</td>;
}

/** Hears every post, and never renders for one. */
export function Counter() {
  const heard = useRef(0);
  useWsEventHandler('posted', () => {
    heard.current += 1;
  });
  return (
    <button type="button" onClick={() => toast(`${heard.current} posts`)}>
      How many?
    </button>
  );
}

/** Renders when the status changes, and for no event. */
export function Light() {
  return <i className={useConnectionStatus()} />;
}

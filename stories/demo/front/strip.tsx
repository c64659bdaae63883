/** What a browser has: thirty places, in order, and what became of the event of each. */

import type { PageView } from './stage.ts';

const ROW = 10;
const ROWS = 3;

export interface StripProps {
  readonly page: PageView;
  readonly newest: number;
}

export function Strip({ page, newest }: StripProps) {
  // Whole rows move out, as in a terminal.
  const first = Math.max(0, Math.ceil(newest / ROW) - ROWS) * ROW + 1;
  return (
    <ol className="events" aria-label="Events">
      {Array.from({ length: ROW * ROWS }, (_, index) => {
        const n = first + index;
        const state = stateOf(page, n, newest);
        return (
          <li key={n} className="event" data-state={state}>
            {state === 'none' ? null : n}
            {state === 'missing' && <span className="visually-hidden"> is missing</span>}
          </li>
        );
      })}
    </ol>
  );
}

type State = 'arrived' | 'resumed' | 'fetched' | 'missing' | 'awaited' | 'none';

function stateOf({ fates, heard }: PageView, n: number, newest: number): State {
  const fate = fates.get(n);
  if (fate !== undefined) return fate;
  if (n > newest) return 'none';
  if (n > heard) return 'awaited';
  // Before the page came.
  return n < Math.min(...fates.keys()) ? 'none' : 'missing';
}

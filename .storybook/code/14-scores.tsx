// Each change fetches the table again. A newer change aborts the fetch before it.

import { useWsStream } from 'everwire';
import { catchError, EMPTY, startWith, switchMap } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import type { Score } from './events.ts';

export function useScores(): readonly Score[] {
  return useWsStream(
    'scored',
    (scored$) =>
      scored$.pipe(
        startWith(null), // fetches on mount
        switchMap(() =>
          fromFetch('/api/scores', { selector: toScores }).pipe(
            catchError(() => EMPTY), // a failed fetch keeps the last table, and must not end the pipeline
          ),
        ),
      ),
    [],
    [],
  );
}

function toScores(response: Response): Promise<readonly Score[]> {
  if (!response.ok) throw new Error(`The scores could not be fetched: ${response.status}`);
  return response.json();
}

// The users who are typing. Each of them is removed 3 s after the last `typing` event.

import { useWsStream } from 'everwire';
import { distinctUntilChanged, groupBy, map, mergeMap, scan, startWith, switchMap, timer } from 'rxjs';

export function useTyping(): readonly string[] {
  return useWsStream(
    'typing',
    (typing$) =>
      typing$.pipe(
        groupBy(({ data }) => data.user),
        mergeMap((user$) =>
          user$.pipe(
            // Each event starts the wait again.
            switchMap(() =>
              timer(3_000).pipe(
                map(() => false),
                startWith(true),
              ),
            ),
            distinctUntilChanged(),
            map((isTyping) => ({ user: user$.key, isTyping })),
          ),
        ),
        scan(
          (users: readonly string[], { user, isTyping }) =>
            isTyping ? [...users, user] : users.filter((other) => other !== user),
          [],
        ),
      ),
    [],
    [],
  );
}

// Called once, before the first event after the break: fetch again what you show.

import { useMissedEvents } from 'everwire';
import { fetchAgain, report } from './app.ts';

export function Freshness() {
  useMissedEvents(({ reason, count }) => {
    switch (reason) {
      case 'gap': // numbers are missing, and the server can't send them again
      case 'new-session': // the server started a new session
      case 'sequence-reset': // it counts from the start again, under the same id
      case 'unknown': // reconnected, and the server does not say
        report(`${reason}, ${count ?? 'an unknown number of'} events missed`);
        fetchAgain();
        return;
      default:
        reason satisfies never;
    }
  });
  return null;
}

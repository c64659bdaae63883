// Every event, and a word when that could not be.

import { useMissedEvents, useWsEventHandler } from 'everwire';
import { fetchAgain, report, toast } from './app.ts';

export function Notifications() {
  // Each one exactly once, in order; those that were sent while the link was down, too.
  useWsEventHandler('posted', ({ data }) => toast(`${data.user}: ${data.text}`));

  // Told once, and only where some may be gone for good.
  useMissedEvents(({ reason, count }) => {
    report(`${reason}: ${count ?? 'some'} events were missed`);
    fetchAgain();
  });

  return null;
}

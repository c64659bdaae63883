// The back/forward cache: nothing to write. The link is closed when the page is put away, and resumed when it is shown.

import { useMissedEvents } from 'everwire';
import { fetchAgain } from './app.ts';

export function Freshness() {
  // Away for longer than the server keeps events? Then, and only then, this is called.
  useMissedEvents(fetchAgain);
  return null;
}

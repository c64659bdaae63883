/** The positions of a fake server's events: `p1`, `p2`, and so on, over all channels. */

import type { ServerState } from './server-state.ts';

type Counted = Pick<ServerState, 'options' | 'channels'>;

/** The position of the next event; undefined if the server has none. */
export function nextPosition({ options, channels }: Counted): string | undefined {
  if (!options.positions) return undefined;
  channels.position += 1;
  return `p${channels.position}`;
}

/** Where the log ends. */
export function currentPosition({ options, channels }: Counted): string | undefined {
  return options.positions ? `p${channels.position}` : undefined;
}

/** Null if it is no position of ours. */
export function numberOf(position: unknown): number | null {
  return typeof position === 'string' && /^p\d+$/.test(position) ? Number(position.slice(1)) : null;
}

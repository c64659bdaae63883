/** What was learned about a server. It outlives links and sessions: what a server does not bear, the next link must not repeat. */
import type { UnrecognisedReason } from '../../protocols/protocol.ts';
import type { ActiveConfig } from '../config/active-config.ts';

export interface KnownServer {
  /** Its url, the kind of its token, and its protocol. */
  readonly place: string | undefined;
  /** `answered`: it has accepted one, in any session. `refused`: it closes links because of pings, so it gets none. */
  pings: 'untested' | 'answered' | 'refused';
  /** The weights of the links in a row that ended right after our ping. */
  suspicion: number;
  /** The kinds of unrecognised frames that were reported. */
  readonly reported: Set<UnrecognisedReason>;
}

/** Returns the record of the server that the config names. It starts anew with another url or protocol. */
export function createKnownServer(active: ActiveConfig): () => KnownServer {
  let known: KnownServer | undefined;
  return () => {
    const place = active.config?.session.place ?? known?.place;
    if (known?.place !== place || known === undefined)
      known = { place, pings: 'untested', suspicion: 0, reported: new Set() };
    return known;
  };
}

/**
 * How much a link that ended right after our ping counts against the server. Without a close frame it may have been the
 * network.
 */
const WEIGHTS = { torn: 2, closed: 5 } as const;

/** The server is known to refuse pings from here on. One that has accepted a ping knows what it is: it takes more. */
const LIMITS = { untested: 4, answered: 10, refused: 0 } as const satisfies Record<
  KnownServer['pings'],
  number
>;

/** A link ended right after our ping. Returns whether it is certain that the ping was the reason. */
export function notePingRefusal(server: KnownServer, code: number): 'certain' | 'perhaps' {
  server.suspicion += WEIGHTS[code === TORN ? 'torn' : 'closed'];
  if (server.suspicion < LIMITS[server.pings]) return 'perhaps';
  server.pings = 'refused';
  return 'certain';
}

/** The server has accepted a ping. */
export function notePingAnswer(server: KnownServer): void {
  server.pings = 'answered';
  server.suspicion = 0;
}

/** A link that ended without a close frame (RFC 6455, 7.1.5). */
const TORN = 1006;

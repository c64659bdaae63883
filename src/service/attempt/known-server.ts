/** What was learned about a server. It outlives links and sessions: what a server does not bear, the next link must not repeat. */
import type { UnrecognisedReason } from '../../protocols/protocol.ts';
import type { ActiveConfig } from '../config/active-config.ts';

export interface KnownServer {
  /** Its url, the kind of its token, and its protocol. */
  readonly place: string | undefined;
  /** `refused`: it closes links because of pings, so it gets none. */
  pings: 'allowed' | 'refused';
  /** Links in a row that broke right after our ping, without a close frame. One may have been the network. */
  tornPings: number;
  /** The kinds of unrecognised frames that were reported. */
  readonly reported: Set<UnrecognisedReason>;
}

/** Returns the record of the server that the config names. It starts anew with another url or protocol. */
export function createKnownServer(active: ActiveConfig): () => KnownServer {
  let known: KnownServer | undefined;
  return () => {
    const place = active.config?.session.place ?? known?.place;
    if (known?.place !== place || known === undefined)
      known = { place, pings: 'allowed', tornPings: 0, reported: new Set() };
    return known;
  };
}

/**
 * The server closed a link because of our ping. Returns whether that is certain: a link that only broke may have been the
 * network, but not twice in a row.
 */
export function notePingRefusal(server: KnownServer, code: number): 'certain' | 'perhaps' {
  server.tornPings += 1;
  if (code === TORN && server.tornPings < 2) return 'perhaps';
  server.pings = 'refused';
  return 'certain';
}

/** A link that ended without a close frame (RFC 6455, 7.1.5). */
const TORN = 1006;

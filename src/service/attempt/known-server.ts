/** What was learned about a server. It outlives links and sessions: what a server does not bear, the next link must not repeat. */
import type { PingRefusal } from '../../connection/close-policy.ts';
import type { UnrecognisedReason } from '../../protocols/protocol.ts';
import type { ActiveConfig } from '../config/active-config.ts';

export interface KnownServer {
  /** Its url, the kind of its token, and its protocol. */
  readonly place: string | undefined;
  /**
   * Only `allowed` servers get pings. `plain`: it closes links because of them. `torn`: links broke right after our pings,
   * which may have been the network. `ambiguous`: the close after a ping may have been about the token; the next link,
   * without pings, shows it. `once`: that link lived longer, but it may have been a limit that was reached by chance.
   */
  pings: 'allowed' | PingRefusal | 'once';
  /** Whether it has accepted a ping, in any session. */
  history: 'untested' | 'answered';
  /** The weights of the links in a row that ended right after our ping. */
  suspicion: number;
  /** The last of these links. */
  suspect: SuspectClose;
  /** The kinds of unrecognised frames that were reported. */
  readonly reported: Set<UnrecognisedReason>;
}

interface SuspectClose {
  readonly how: PingRefusal;
  readonly code: number;
  /** How long the link had lived. */
  readonly lifeMs: number;
  readonly sessionId: string | null;
}

/** Returns the record of the server that the config names. It starts anew with another url or protocol. */
export function createKnownServer(active: ActiveConfig): () => KnownServer {
  let known: KnownServer | undefined;
  return () => {
    const place = active.config?.session.place ?? known?.place;
    if (known?.place !== place || known === undefined)
      known = {
        ...{ place, pings: 'allowed', history: 'untested', suspicion: 0, suspect: none },
        reported: new Set(),
      };
    return known;
  };
}

const none: SuspectClose = { how: 'plain', code: 0, lifeMs: 0, sessionId: null };

/**
 * How much a link that ended right after our ping counts against the server. Without a close frame it may have been the
 * network.
 */
const WEIGHTS = { torn: 2, once: 5, plain: 5 } as const;

/** The server gets no more pings from here on. One that has accepted a ping knows what it is: it takes more. */
const LIMITS = { untested: 4, answered: 10 } as const;

/**
 * How long a link lives before a server that was blamed by mistake, perhaps, is pinged again. For torn links, twice as long each
 * time.
 */
const DOUBT_MS = 900_000;

/** Returns whether it is certain now, and was not before, that the server refuses pings. */
function blame(server: KnownServer, how: keyof typeof WEIGHTS): boolean {
  const { suspicion } = server;
  const limit = LIMITS[server.history];
  server.suspicion += WEIGHTS[how];
  const isCertain = server.suspicion >= limit;
  server.pings = isCertain ? how : 'allowed';
  return isCertain && suspicion < limit;
}

/** A link ended right after our ping. Returns whether it is to be reported that the server refuses pings. */
export function notePingRefusal(server: KnownServer, suspect: SuspectClose): boolean {
  server.suspect = suspect;
  if (suspect.how !== 'ambiguous') return blame(server, suspect.how);
  server.pings = 'ambiguous';
  return false;
}

/**
 * Looks again at a server that gets no pings, on a link that has lived for this long. Where the network may have torn the
 * links, another session is a reason to try once, and so is a link that lives long. A close that may have been a limit gets one
 * more try, on a link that lives long. Returns whether it is to be reported that the server refuses pings.
 */
export function reconsiderPings(server: KnownServer, lifeMs: number, sessionId: string | null): boolean {
  const { pings, suspicion, suspect } = server;
  if (pings === 'ambiguous' && lifeMs > suspect.lifeMs)
    return blame(server, suspicion < WEIGHTS.once ? 'once' : 'plain');
  const beyondLimit = suspicion - LIMITS[server.history];
  const isOtherSession = beyondLimit < WEIGHTS.torn && sessionId !== null && sessionId !== suspect.sessionId;
  const isLongLink = lifeMs >= DOUBT_MS * 2 ** (beyondLimit / WEIGHTS.torn);
  if (pings === 'torn' && (isOtherSession || isLongLink)) server.pings = 'allowed';
  if (pings === 'once' && lifeMs >= DOUBT_MS) server.pings = 'allowed';
  return false;
}

/** The server has accepted a ping. */
export function notePingAnswer(server: KnownServer): void {
  server.history = 'answered';
  server.suspicion = 0;
}

/** A link has closed. If it got no pings and ended like the one before, the ping was not the cause. */
export function acquitPings(server: KnownServer, code: number): void {
  const isOnTrial = server.pings === 'ambiguous' || server.pings === 'once';
  if (isOnTrial && server.suspect.code === code) server.pings = 'allowed';
}

/** The app asks for another try: it may have been the network. */
export function trustPings(server: KnownServer): void {
  if (server.pings === 'torn') server.pings = 'allowed';
}

/** Sends a session its entries over one socket: first what it missed, then what comes. */
import { entryFrame, entryPrefix } from './frames.ts';
import type { Progress } from './position.ts';
import { aheadOf, concerns, hasAlready, nextReplayStep, type Reader } from './session.ts';
import type { LiveSession, SentEntry, Space } from './space.ts';
import type { EventLog, HubSocket, Membership, Position } from './types.ts';

/** A session as its delivery reads it: it changes with joins. */
export interface DeliveredSession extends Reader {
  readonly channels: Map<string, Membership>;
  joins: number;
}

export interface DeliveryParts {
  readonly socket: HubSocket;
  readonly log: Pick<EventLog, 'read'>;
  readonly space: Space;
  readonly session: DeliveredSession;
  readonly slowBytes: number;
  /** The client does not read what it is sent. */
  readonly onSlow: () => void;
  /** The server has ended the membership at this position, and the client is told. */
  readonly onLeft: (channel: string, ended: Membership) => void;
}

export interface Delivery {
  /** Sends what follows the position, which the log has to have had a moment ago, then goes live. */
  start(position: Position, nextSeq: number): Promise<Outcome>;
  /** Up to where the client has been sent everything; null before it is live. */
  progress(): Progress | null;
  /**
   * Runs the task at one place in the log: up to there, the client has everything, and nothing is sent meanwhile. What came
   * meanwhile is sent after it. One task at a time, and only after `start` has resolved with `live`.
   */
  pauseFor(task: (at: Position) => Promise<void>): Promise<Outcome>;
  /** Reads the channel no more. */
  leave(channel: string): void;
  stop(): void;
}

/** `trimmed`: the log does not have what follows. `stopped`: the socket is closed. */
export type Outcome = 'live' | 'trimmed' | 'stopped';

/** Entries that are read at once. */
const PAGE = 500;

/** How often a replay looks whether a slow client has read on. */
const DRAIN_CHECK_MS = 20;

/** How long a replay waits for a client that does not read at all. */
const DRAIN_LIMIT_MS = 30_000;

/** The part of the last sent frame that all sessions share. Entries are dispatched one by one, so the next session needs the same. */
let sharedEntry: SentEntry | undefined;
let sharedPrefix = '';

function prefixOf(entry: SentEntry): string {
  if (entry !== sharedEntry) {
    sharedEntry = entry;
    sharedPrefix = entryPrefix(entry);
  }
  return sharedPrefix;
}

export function createDelivery(parts: DeliveryParts): Delivery {
  const { socket, log, space, session, slowBytes, onSlow, onLeft } = parts;
  let seq = 0;
  let isStopped = false;
  let endLive: (() => void) | undefined;
  /** While live: further in the log than this process was when the session went live. */
  let ahead: Position | null = null;
  /** While not live: the last entry that was considered. Null before the start. */
  let reached: Position | null = null;

  const isSlow = (): boolean => (socket.bufferedAmount ?? 0) > slowBytes;

  const send = (entry: SentEntry): void => {
    socket.send(entryFrame(prefixOf(entry), session.joins, seq));
    seq += 1;
    if (entry.kind !== 'left') return;
    const membership = session.channels.get(entry.channel);
    leave(entry.channel);
    if (membership) onLeft(entry.channel, { ...membership, until: entry.position });
  };

  const live: LiveSession = {
    ...session,
    onEntry(entry) {
      if (ahead !== null) {
        if (hasAlready(ahead, entry)) return;
        ahead = null;
      }
      send(entry);
      if (isSlow()) onSlow();
    },
    onBroken: onSlow,
  };

  const leave = (channel: string): void => {
    session.channels.delete(channel);
    if (endLive !== undefined) space.unindexChannel(live, channel);
  };

  /** A replay may be larger than what a slow client is allowed to have waiting, so it goes at the client's pace. */
  const drained = async (): Promise<void> => {
    const limitAt = performance.now() + DRAIN_LIMIT_MS;
    while (!isStopped && isSlow()) {
      if (performance.now() > limitAt) return onSlow();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    }
  };

  const catchUp = async (from: Position): Promise<Outcome> => {
    let position = from;
    for (;;) {
      if (isStopped) return 'stopped';
      if (nextReplayStep({ position, cursor: space.cursor }) === 'live') {
        ahead = aheadOf({ position, cursor: space.cursor });
        endLive = space.goLive(live);
        return 'live';
      }
      const page = await log.read(position, PAGE);
      if (isStopped) return 'stopped';
      // Nothing behind the position, though this process has read further: the log has lost its end.
      if (page === 'trimmed' || page.length === 0) return 'trimmed';
      for (const entry of page) {
        position = entry.position;
        if (isSent(entry) && concerns(session, entry)) send(entry);
      }
      reached = position;
      await drained();
    }
  };

  const progress = (): Position | null => (endLive === undefined ? reached : (ahead ?? space.cursor));

  return {
    start(from, nextSeq) {
      seq = nextSeq;
      return catchUp(from);
    },
    progress() {
      const position = progress();
      return position === null ? null : { position, joins: session.joins };
    },
    async pauseFor(task) {
      const at = progress();
      if (isStopped || at === null) return 'stopped';
      reached = at;
      endLive?.();
      endLive = undefined;
      await task(at);
      return await catchUp(at);
    },
    leave,
    stop() {
      isStopped = true;
      endLive?.();
      endLive = undefined;
    },
  };
}

function isSent(entry: { readonly kind: string }): entry is SentEntry {
  return entry.kind === 'event' || entry.kind === 'left';
}

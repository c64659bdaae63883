/** Sends a session its events over one socket: first what it missed, then what comes. */
import { eventPrefix } from './frames.ts';
import { aheadOf, concerns, hasAlready, nextReplayStep, type Reader } from './session.ts';
import type { EventEntry, Space } from './space.ts';
import type { EventLog, HubSocket, Position } from './types.ts';

export interface DeliveryParts {
  readonly socket: HubSocket;
  readonly log: EventLog;
  readonly space: Space;
  readonly reader: Reader;
  readonly slowBytes: number;
  /** The client does not read what it is sent. */
  readonly onSlow: () => void;
}

export interface Delivery {
  /** Sends what follows the position, then goes live. `trimmed`: the log no longer has all of it, and nothing was sent. */
  start(position: Position, nextSeq: number): Promise<'live' | 'trimmed' | 'stopped'>;
  /** The position up to which the client has been sent everything; null before it is live. */
  position(): Position | null;
  joined(channel: string): void;
  stop(): void;
}

/** Entries that are read at once. */
const PAGE = 500;

/** How often a replay looks whether a slow client has read on. */
const DRAIN_CHECK_MS = 20;

/** How long a replay waits for a client that does not read at all. */
const DRAIN_LIMIT_MS = 30_000;

/** The frame's part that all sessions share, made for the first of them. One entry is dispatched at a time. */
let sharedEntry: EventEntry | undefined;
let sharedPrefix = '';

function prefixOf(entry: EventEntry): string {
  if (entry !== sharedEntry) {
    sharedEntry = entry;
    sharedPrefix = eventPrefix(entry);
  }
  return sharedPrefix;
}

export function createDelivery({ socket, log, space, reader, slowBytes, onSlow }: DeliveryParts): Delivery {
  let seq = 0;
  let isStopped = false;
  let endLive: (() => void) | undefined;
  /** Further in the log than this process was when the session went live. */
  let ahead: Position | null = null;

  const isSlow = (): boolean => (socket.bufferedAmount ?? 0) > slowBytes;

  const send = (entry: EventEntry): void => {
    socket.send(`${prefixOf(entry)}${seq}}`);
    seq += 1;
  };

  const live = {
    ...reader,
    onEvent(entry: EventEntry): void {
      if (ahead !== null) {
        if (hasAlready(ahead, entry)) return;
        ahead = null;
      }
      if ('channel' in entry.target && !concerns(reader, entry)) return;
      send(entry);
      if (isSlow()) onSlow();
    },
    onBroken: onSlow,
  };

  /** A replay may be larger than what a slow client is allowed to have waiting, so it goes at the client's pace. */
  const drained = async (): Promise<void> => {
    const limitAt = performance.now() + DRAIN_LIMIT_MS;
    while (!isStopped && isSlow()) {
      if (performance.now() > limitAt) return onSlow();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    }
  };

  return {
    async start(from, nextSeq) {
      seq = nextSeq;
      let position = from;
      let isFirstPage = true;
      for (;;) {
        // The first page is always read: it shows whether the position is in the log.
        if (!isFirstPage && nextReplayStep({ position, cursor: space.cursor }) === 'live') {
          ahead = aheadOf({ position, cursor: space.cursor });
          endLive = space.goLive(live);
          return 'live';
        }
        const page = await log.read(position, PAGE);
        if (isStopped) return 'stopped';
        // Nothing behind the position, though this process has read further: the log has lost its end.
        const isLost = page !== 'trimmed' && page.length === 0 && !isFirstPage;
        if (page === 'trimmed' || isLost) return 'trimmed';
        isFirstPage = false;
        for (const entry of page) {
          position = entry.position;
          if (entry.kind === 'event' && concerns(reader, entry)) send(entry);
        }
        await drained();
        if (isStopped) return 'stopped';
      }
    },
    position: () => (endLive === undefined ? null : (ahead ?? space.cursor)),
    joined(channel) {
      if (endLive !== undefined) space.indexChannel(live, channel);
    },
    stop() {
      isStopped = true;
      endLive?.();
      endLive = undefined;
    },
  };
}

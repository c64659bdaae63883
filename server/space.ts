/** Reads the log once for this process, and passes each entry to the live sessions that it concerns. */
import { comparePositions } from './position.ts';
import { concerns, type Reader } from './session.ts';
import type { Entry, EventLog, HubLogger, NewEntry, Position } from './types.ts';
import { addValue, removeValue, type ValueSets, valuesOf } from './value-sets.ts';

/** A session that gets what is read. */
export interface LiveSession extends Reader {
  /** Sends an entry that concerns the session. */
  onEntry(entry: SentEntry): void;
  /** It threw: its socket is unusable. */
  onBroken(): void;
}

export type EventEntry = Extract<Entry, { kind: 'event' }>;

/** What clients are told of. */
export type SentEntry = Extract<Entry, { kind: 'event' | 'left' }>;

/** An entry that is about a session itself. */
export type SessionEntry = Extract<Entry, { kind: 'claim' | 'ended' }>;

export interface SessionWatcher {
  onSessionEntry(entry: SessionEntry): void;
}

export interface Space {
  /** Starts to read the log, if it has not yet. Rejects if the log can't be reached. */
  started(): Promise<Position>;
  /** How far this process has read the log. */
  readonly cursor: Position;
  /** How old the newest entry was when it was read; ms. */
  readonly lagMs: number | null;
  /** From now on the session gets every entry that is read and concerns it, until `endLive`. */
  goLive(session: LiveSession): void;
  endLive(session: LiveSession): void;
  /** The session reads the channel no more. */
  unindexChannel(session: LiveSession, channel: string): void;
  /** The watcher is told of each claim on this session, and of its end, until `unwatch`. */
  watch(sessionId: string, watcher: SessionWatcher): void;
  unwatch(sessionId: string, watcher: SessionWatcher): void;
  stop(): void;
}

export interface SpaceParts {
  readonly log: EventLog;
  readonly logger: HubLogger;
  readonly clock: () => number;
  readonly random: () => number;
  /** Entries were removed from the log before this process had read them: no session of it is complete any more. */
  readonly onTrimmed: () => void;
}

export function createSpace({ log, logger, clock, random, onTrimmed }: SpaceParts): Space {
  const controller = new AbortController();
  const everyone = new Set<LiveSession>();
  const byUser: ValueSets<LiveSession> = new Map();
  const byId = new Map<string, LiveSession>();
  const byChannel: ValueSets<LiveSession> = new Map();
  const watchers: ValueSets<SessionWatcher> = new Map();
  let cursor: Position | undefined;
  let starting: Promise<Position> | undefined;
  let lagMs: number | null = null;
  let lastEntryAt = clock();

  const recipients = (entry: SentEntry): Iterable<LiveSession> => {
    const { target } = entry;
    // A copy: what leaves the channel is removed from it meanwhile.
    if (entry.kind === 'left') return [...valuesOf(byChannel, entry.channel)];
    if ('all' in target) return everyone;
    if ('user' in target) return valuesOf(byUser, target.user);
    if ('channel' in target) return valuesOf(byChannel, target.channel);
    const session = byId.get(target.session);
    return session ? [session] : [];
  };

  /** A socket that throws must not cost the sessions behind it the event. */
  const deliver = (session: LiveSession, entry: SentEntry): void => {
    try {
      if (concerns(session, entry)) session.onEntry(entry);
    } catch {
      session.onBroken();
    }
  };

  const dispatch = (entry: Entry): void => {
    cursor = entry.position;
    switch (entry.kind) {
      case 'event':
      case 'left':
        for (const session of recipients(entry)) deliver(session, entry);
        return;
      case 'claim':
      case 'ended':
        for (const watcher of valuesOf(watchers, entry.session)) watcher.onSessionEntry(entry);
        return;
      case 'marker':
        return;
      default:
        entry satisfies never;
    }
  };

  const onEntries = (entries: readonly Entry[]): void => {
    lastEntryAt = clock();
    for (const entry of entries) {
      // A log that repeats entries after a lost connection must not repeat events.
      if (cursor !== undefined && comparePositions(entry.position, cursor) <= 0) continue;
      dispatch(entry);
    }
    const newest = entries.at(-1);
    if (newest) lagMs = Math.max(lastEntryAt - Number(newest.position.split('-')[0]), 0);
  };

  const append = (entry: NewEntry): Promise<Position> => log.append(entry);

  /** The first entry is our own, so that the cursor is always the position of a real entry. */
  const start = async (): Promise<Position> => {
    const position = await append({ kind: 'marker' });
    cursor = position;
    log.tail(position, onEntries, controller.signal, () => {
      // The log may have been replaced by one whose positions are lower.
      cursor = undefined;
      onTrimmed();
    });
    return position;
  };

  /** Without new entries, the positions of quiet sessions would leave the log, and the sessions could not be resumed. */
  const intervalMs = log.keepMs / 8;
  const markerTimer = setInterval(
    () => {
      if (cursor === undefined || clock() - lastEntryAt < intervalMs) return;
      append({ kind: 'marker' }).catch((thrown) =>
        logger.warn('The log can not be reached.', { error: String(thrown) }),
      );
    },
    // Spread, so that many processes do not all append one.
    intervalMs * (0.5 + random() / 2),
  );
  markerTimer.unref?.();

  return {
    started() {
      starting ??= start().catch((thrown) => {
        // The next socket tries again.
        starting = undefined;
        throw thrown;
      });
      return starting;
    },
    get cursor() {
      return cursor ?? '0-0';
    },
    get lagMs() {
      return lagMs;
    },
    goLive(session) {
      everyone.add(session);
      byId.set(session.id, session);
      addValue(byUser, session.user, session);
      for (const channel of session.channels.keys()) addValue(byChannel, channel, session);
    },
    endLive(session) {
      everyone.delete(session);
      if (byId.get(session.id) === session) byId.delete(session.id);
      removeValue(byUser, session.user, session);
      for (const channel of session.channels.keys()) removeValue(byChannel, channel, session);
    },
    unindexChannel: (session, channel) => removeValue(byChannel, channel, session),
    watch: (sessionId, watcher) => addValue(watchers, sessionId, watcher),
    unwatch: (sessionId, watcher) => removeValue(watchers, sessionId, watcher),
    stop() {
      controller.abort();
      clearInterval(markerTimer);
    },
  };
}

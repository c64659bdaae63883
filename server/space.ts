/** Reads the log once for this process, and passes each entry to the live sessions that it concerns. */
import { comparePositions } from './position.ts';
import { concerns, type Reader } from './session.ts';
import type { Entry, EventLog, HubLogger, NewEntry, Position } from './types.ts';

/** A session that a socket of this process holds. */
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

export interface Space {
  /** Starts to read the log, if it has not yet. Rejects if the log can't be reached. */
  started(): Promise<Position>;
  /** How far this process has read the log. */
  readonly cursor: Position;
  /** How old the newest entry was when it was read; ms. */
  readonly lagMs: number | null;
  /** From now on the session gets every entry that is read and concerns it. Returns a function that ends that. */
  goLive(session: LiveSession): () => void;
  /** The session reads the channel no more. */
  unindexChannel(session: LiveSession, channel: string): void;
  /** Calls the listener with each claim on this session, and when it is ended. Returns a function that ends that. */
  watch(sessionId: string, listener: (entry: SessionEntry) => void): () => void;
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
  const byUser = new Map<string, Set<LiveSession>>();
  const byId = new Map<string, LiveSession>();
  const byChannel = new Map<string, Set<LiveSession>>();
  const watchers = new Map<string, Set<(entry: SessionEntry) => void>>();
  let cursor: Position | undefined;
  let starting: Promise<Position> | undefined;
  let lagMs: number | null = null;
  let lastEntryAt = clock();

  const recipients = (entry: SentEntry): Iterable<LiveSession> => {
    const { target } = entry;
    // A copy: what leaves the channel is removed from it meanwhile.
    if (entry.kind === 'left') return [...(byChannel.get(entry.channel) ?? [])];
    if ('all' in target) return everyone;
    if ('user' in target) return byUser.get(target.user) ?? [];
    if ('channel' in target) return byChannel.get(target.channel) ?? [];
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
        for (const listener of watchers.get(entry.session) ?? []) listener(entry);
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
      add(byUser, session.user, session);
      for (const channel of session.channels.keys()) add(byChannel, channel, session);
      return () => {
        everyone.delete(session);
        if (byId.get(session.id) === session) byId.delete(session.id);
        remove(byUser, session.user, session);
        for (const channel of session.channels.keys()) remove(byChannel, channel, session);
      };
    },
    unindexChannel: (session, channel) => remove(byChannel, channel, session),
    watch(sessionId, listener) {
      add(watchers, sessionId, listener);
      return () => remove(watchers, sessionId, listener);
    },
    stop() {
      controller.abort();
      clearInterval(markerTimer);
    },
  };
}

function add<Value>(index: Map<string, Set<Value>>, key: string, value: Value): void {
  const values = index.get(key);
  if (values) values.add(value);
  else index.set(key, new Set([value]));
}

function remove<Value>(index: Map<string, Set<Value>>, key: string, value: Value): void {
  const values = index.get(key);
  values?.delete(value);
  if (values?.size === 0) index.delete(key);
}

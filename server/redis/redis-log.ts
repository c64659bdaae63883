/** A log in a Redis stream, for several processes. */
import { comparePositions, sortableText } from '../position.ts';
import type { Entry, EventLog, Position, SessionRecord } from '../types.ts';
import { commandsOf, type Reader, type RedisClient } from './commands.ts';
import { fieldsOf, type Page, pageOf, readPage } from './replies.ts';
import { createTrimmer } from './trimmer.ts';

export interface RedisLogOptions {
  /** An ioredis or node-redis client, connected. The log adds a second connection, to wait for entries. */
  client: RedisClient;
  /** How long entries and sessions are kept; ms. Default 120,000. */
  keepMs?: number;
  /** About the most entries that are kept, also within `keepMs`. Default 1,000,000. */
  maxEntries?: number;
  /** Sessions and events of one space know nothing of those of another. Default `main`. */
  space?: string;
}

/** How long one XREAD waits for entries. Shorter than the time after which proxies close idle connections. */
const BLOCK_MS = 5_000;

/** Entries that are read at once. A full page means that the process is behind. */
const PAGE = 500;

const RETRY_MS = 250;

/**
 * Stores a record behind its claim, of a fixed width, unless there is one with a later claim. In one step: two processes may
 * save the record of one session.
 */
const SAVE_SCRIPT = `
local stored = redis.call('GET', KEYS[1])
if stored and string.sub(stored, 1, #ARGV[1]) > ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], 'NX', ARGV[4], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1`;

const CLAIM_LENGTH = sortableText('0-0').length;

function recordOf(text: unknown): SessionRecord | null {
  return typeof text === 'string' ? (JSON.parse(text.slice(CLAIM_LENGTH)) as SessionRecord) : null;
}

/**
 * Events in one Redis stream, sessions in keys that expire. Every process reads the stream once. Needs Redis 6.2 or newer.
 * Throws a `TypeError` if `client` is neither an ioredis nor a node-redis client.
 */
export function redisLog(options: RedisLogOptions): EventLog {
  const { client, keepMs = 120_000, maxEntries = 1_000_000, space = 'main' } = options;
  const commands = commandsOf(client);
  // The braces put all keys of a space on one node of a cluster.
  const prefix = `everwire:{${space}}`;
  const stream = `${prefix}:log`;
  const sessionKey = (id: string): string => `${prefix}:session:${id}`;
  const userKey = (user: string): string => `${prefix}:user:${user}`;
  const trimmer = createTrimmer(keepMs);

  const send = async (...command: string[]): Promise<Page> => pageOf(await commands.send(...command));

  const range = async (from: Position, limit: number): Promise<Page> =>
    await send('XRANGE', stream, from, '+', 'COUNT', String(limit));

  const has = async (position: Position): Promise<boolean> =>
    (await send('XRANGE', stream, position, position)).count > 0;

  /** Where a stream that has lost the entry at the cursor is read on: from its start, if it has lost its end as well. */
  const cursorAfterLoss = async (cursor: Position): Promise<Position> => {
    const { last } = await send('XREVRANGE', stream, '+', '-', 'COUNT', '1');
    return last === undefined || comparePositions(last, cursor) < 0 ? '0-0' : cursor;
  };

  const follow = async (
    reader: Reader,
    after: Position,
    signal: AbortSignal,
    onEntries: Parameters<EventLog['tail']>[1],
    onTrimmed: () => void,
  ): Promise<void> => {
    let cursor = after;
    /** Whether entries may have been removed before they were read: the process was behind, or Redis was away. */
    let isSure = false;
    while (!signal.aborted) {
      try {
        const reply = await reader.send(
          ...['XREAD', 'COUNT', String(PAGE), 'BLOCK', String(BLOCK_MS), 'STREAMS', stream, cursor],
        );
        if (signal.aborted) return;
        const { entries, count, last } = readPage(reply);
        // Asked after the wait, in which Redis may have been replaced, and before anything of the reply is passed on.
        if ((!isSure || reader.hasReconnected()) && !(await has(cursor))) {
          cursor = await cursorAfterLoss(cursor);
          onTrimmed();
        }
        isSure = count < PAGE;
        cursor = last ?? cursor;
        trimmer.note(cursor);
        if (entries.length > 0) onEntries(entries);
      } catch {
        isSure = false;
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };

  return {
    keepMs,
    async append(entry) {
      const limit = ['MAXLEN', '~', String(maxEntries)];
      const position = String(await commands.send('XADD', stream, ...limit, '*', ...fieldsOf(entry)));
      const oldest = trimmer.due();
      // Not awaited: the entry is stored, and another one trims if this does not.
      if (oldest) commands.send('XTRIM', stream, 'MINID', '~', oldest).catch(() => undefined);
      return position;
    },
    async read(after, limit) {
      const found: Entry[] = [];
      let from = after;
      let isFirst = true;
      for (;;) {
        const { entries, count, first, last } = await range(from, limit + 1);
        if (isFirst && first !== after) return 'trimmed';
        found.push(...entries.filter(({ position }) => position !== from));
        // A page of foreign entries is not the end.
        if (found.length > 0 || count <= limit || last === undefined) return found.slice(0, limit);
        from = last;
        isFirst = false;
      }
    },
    async readBack(upTo, limit) {
      const found: Entry[] = [];
      let to = upTo;
      for (;;) {
        const { entries, count, last } = await send('XREVRANGE', stream, to, '-', 'COUNT', String(limit + 1));
        found.push(...entries.filter(({ position }) => position !== to || to === upTo));
        if (found.length >= limit || count <= limit || last === undefined) return found.slice(0, limit);
        to = last;
      }
    },
    tail(after, onEntries, signal, onTrimmed) {
      const start = async (): Promise<void> => {
        const reader = await commands.duplicate();
        signal.addEventListener('abort', () => reader.disconnect(), { once: true });
        if (signal.aborted) return reader.disconnect();
        await follow(reader, after, signal, onEntries, onTrimmed);
      };
      const retry = (): void => {
        if (!signal.aborted) setTimeout(() => void start().catch(retry), RETRY_MS);
      };
      void start().catch(retry);
    },
    async saveSession(record, ttlMs) {
      const { id, user, claim } = record;
      const isSaved = await commands.send(
        ...['EVAL', SAVE_SCRIPT, '2', sessionKey(id), userKey(user)],
        ...[sortableText(claim), JSON.stringify(record), String(ttlMs), String(Date.now()), id],
      );
      return Number(isSaved) === 1 ? 'saved' : 'superseded';
    },
    async loadSession(id) {
      return recordOf(await commands.send('GET', sessionKey(id)));
    },
    async endSession(id) {
      await commands.send('DEL', sessionKey(id));
    },
    async sessionsOf(user) {
      const key = userKey(user);
      const ids = ((await commands.send('ZRANGE', key, '0', '-1')) as unknown[]).map(String);
      if (ids.length === 0) return [];
      const records = ((await commands.send('MGET', ...ids.map(sessionKey))) as unknown[]).map(recordOf);
      const gone = ids.filter((_, index) => records[index] === null);
      if (gone.length > 0) await commands.send('ZREM', key, ...gone);
      return records.filter((record) => record !== null);
    },
  };
}

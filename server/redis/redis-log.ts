/** A log in a Redis stream, for several processes. */
import type { EventLog, Position, SessionRecord } from '../types.ts';
import { commandsOf, type Reader, type RedisClient } from './commands.ts';
import { entriesOf, fieldsOf, readEntries } from './replies.ts';
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

  const has = async (position: Position): Promise<boolean> =>
    entriesOf(await commands.send('XRANGE', stream, position, position)).length > 0;

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
        const entries = readEntries(reply);
        // Asked after the wait, in which Redis may have been replaced, and before anything of the reply is passed on.
        if ((!isSure || reader.hasReconnected()) && !(await has(cursor))) onTrimmed();
        isSure = entries.length < PAGE;
        cursor = entries.at(-1)?.position ?? cursor;
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
      const [first, ...entries] = entriesOf(
        await commands.send('XRANGE', stream, after, '+', 'COUNT', String(limit + 1)),
      );
      return first?.position === after ? entries : 'trimmed';
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
      const user = userKey(record.user);
      await Promise.all([
        commands.send('SET', sessionKey(record.id), JSON.stringify(record), 'PX', String(ttlMs)),
        commands.send('ZADD', user, 'NX', String(Date.now()), record.id),
        commands.send('PEXPIRE', user, String(ttlMs)),
      ]);
    },
    async loadSession(id) {
      const text = await commands.send('GET', sessionKey(id));
      return typeof text === 'string' ? (JSON.parse(text) as SessionRecord) : null;
    },
    async endSession(id) {
      await commands.send('DEL', sessionKey(id));
    },
    async sessionsOf(user) {
      const key = userKey(user);
      const ids = ((await commands.send('ZRANGE', key, '0', '-1')) as unknown[]).map(String);
      if (ids.length === 0) return [];
      const records = (await commands.send('MGET', ...ids.map(sessionKey))) as unknown[];
      const gone = ids.filter((_, index) => records[index] === null);
      if (gone.length > 0) await commands.send('ZREM', key, ...gone);
      return ids.filter((id) => !gone.includes(id));
    },
  };
}

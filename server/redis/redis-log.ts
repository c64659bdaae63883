/** A log in a Redis stream, for several processes. */
import { comparePositions, sortableText } from '../position.ts';
import type { Entry, EventLog, Position, SessionRecord, SessionRef } from '../types.ts';
import { createAppender } from './appender.ts';
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
 * save the record of one session. KEYS: the record, the user's sessions with the same holder, those with the other one, which
 * are scored by when they expire.
 */
const SAVE_SCRIPT = `
local stored = redis.call('GET', KEYS[1])
if stored and string.sub(stored, 1, #ARGV[1]) > ARGV[1] then return 0 end
local now = redis.call('TIME')
redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], string.format('%.0f', now[1] * 1000 + now[2] / 1000 + ARGV[3]), ARGV[4])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[2], ARGV[3]) end
redis.call('ZREM', KEYS[3], ARGV[4])
return 1`;

const END_SCRIPT = `
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])`;

/** All of a user's sessions with one holder if they are more than the limit, for each holder. Forgets those that have expired. */
const BEYOND_SCRIPT = `
local now = redis.call('TIME')
local found = {}
for index, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now[1] * 1000 + now[2] / 1000))
  local isBeyond = redis.call('ZCARD', key) > tonumber(ARGV[1])
  found[index] = isBeyond and redis.call('ZRANGE', key, 0, -1) or {}
end
return found`;

const CLAIM_LENGTH = sortableText('0-0').length;

function recordOf(text: unknown): SessionRecord | null {
  return typeof text === 'string' ? (JSON.parse(text.slice(CLAIM_LENGTH)) as SessionRecord) : null;
}

/** A session in the lists of its user: where it began, to find the oldest, and its id. */
function memberOf({ since, id }: SessionRef): string {
  return `${since}/${id}`;
}

function refOf(member: string, user: string): SessionRef {
  const end = member.indexOf('/');
  return { id: member.slice(end + 1), user, since: member.slice(0, end) };
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
  const listKey = (holder: SessionRecord['holder'], user: string): string => `${prefix}:${holder}:${user}`;
  const trimmer = createTrimmer(keepMs);
  const appendOnce = createAppender({
    ...{ commands, stream, maxEntries },
    writerKey: (writer) => `${prefix}:writer:${writer}`,
  });

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
      const position = await appendOnce(fieldsOf(entry));
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
      const { id, user, claim, holder } = record;
      const other = holder === 'socket' ? 'none' : 'socket';
      const isSaved = await commands.send(
        ...['EVAL', SAVE_SCRIPT, '3', sessionKey(id), listKey(holder, user), listKey(other, user)],
        ...[sortableText(claim), JSON.stringify(record), String(ttlMs), memberOf(record)],
      );
      return Number(isSaved) === 1 ? 'saved' : 'superseded';
    },
    async loadSession(id) {
      return recordOf(await commands.send('GET', sessionKey(id)));
    },
    async endSession(session) {
      const { id, user } = session;
      await commands.send(
        ...['EVAL', END_SCRIPT, '3', sessionKey(id), listKey('socket', user), listKey('none', user)],
        memberOf(session),
      );
    },
    async sessionsBeyond(user, limit) {
      const reply = await commands.send(
        ...['EVAL', BEYOND_SCRIPT, '2', listKey('socket', user), listKey('none', user), String(limit)],
      );
      return (reply as readonly (readonly unknown[])[]).flatMap((members) =>
        members
          .map((member) => refOf(String(member), user))
          .sort((one, other) => comparePositions(one.since, other.since))
          .slice(0, Math.max(members.length - limit, 0)),
      );
    },
  };
}

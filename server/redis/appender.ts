/** Stores each entry once, though clients send a command again when the link has broken before its reply. */
import { randomUUID } from 'node:crypto';
import type { Position } from '../types.ts';
import type { Commands } from './commands.ts';

export interface AppenderParts {
  readonly commands: Commands;
  readonly stream: string;
  /** The key in which a writer's newest positions are kept. */
  readonly writerKey: (writer: string) => string;
  readonly maxEntries: number;
}

/** Long beyond what a client tries: after that, an entry would be stored again. */
const WRITER_KEEP_MS = 3_600_000;

/** A client that has tried for longer than this has repeated the command itself. */
const REPEAT_WITHIN_MS = 1_000;

/** Numbers whose positions are forgotten together. */
const FORGET_AT_ONCE = 100;

/**
 * KEYS: the stream, the writer's positions. ARGV: the number, `maxEntries`, how long the positions are kept, how many numbers
 * are forgotten, these, and the fields.
 */
const APPEND_SCRIPT = `
local known = redis.call('HGET', KEYS[2], ARGV[1])
if known then return known end
local count = tonumber(ARGV[4])
local position = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 5 + count))
if count > 0 then redis.call('HDEL', KEYS[2], unpack(ARGV, 5, 4 + count)) end
redis.call('HSET', KEYS[2], ARGV[1], position)
if count > 0 or redis.call('HLEN', KEYS[2]) == 1 then redis.call('PEXPIRE', KEYS[2], ARGV[3]) end
return position`;

/** Appends the fields of an entry. Rejects if it may not be stored. */
export function createAppender(parts: AppenderParts): (fields: readonly string[]) => Promise<Position> {
  const { commands, stream, writerKey, maxEntries } = parts;
  let writer = randomUUID();
  let lastNumber = 0;
  /** Those that were answered: no client sends them again. */
  let answered: string[] = [];

  return async (fields) => {
    lastNumber += 1;
    const number = String(lastNumber);
    const ownWriter = writer;
    let forgotten: string[] = [];
    if (answered.length >= FORGET_AT_ONCE) {
      forgotten = answered;
      answered = [];
    }
    const send = (): Promise<unknown> =>
      commands.send(
        ...['EVAL', APPEND_SCRIPT, '2', stream, writerKey(ownWriter)],
        ...[number, String(maxEntries), String(WRITER_KEEP_MS), String(forgotten.length), ...forgotten],
        ...fields,
      );
    const startedAt = performance.now();
    try {
      const position = String(
        await send().catch((thrown) => {
          if (performance.now() - startedAt > REPEAT_WITHIN_MS) throw thrown;
          // It does not repeat what it had sent when the link broke, so the entry may be stored. Redis knows.
          return send();
        }),
      );
      if (ownWriter === writer) answered.push(number);
      return position;
    } catch (thrown) {
      // Its client may still send it. Its positions stay until they expire, and the next entry has a writer of its own.
      if (ownWriter === writer) {
        writer = randomUUID();
        answered = [];
      }
      throw thrown;
    }
  };
}

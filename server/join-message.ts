/** Reads what clients ask for in `join` and `leave`. docs/protocol.md specifies it. */
import type { Wanted } from './history.ts';
import { readProgress } from './position.ts';

/** The names in one message. A client with more sends several. */
const MAX_NAMES = 1_000;

/** The past events of one channel that may be asked for by number. */
const MAX_LAST = 1_000;

export interface JoinAsk {
  readonly name: string;
  readonly wanted: Wanted;
}

/** Null for what is not of this form. A name may still be one that can't be joined. */
export function readJoin(data: unknown): readonly JoinAsk[] | null {
  const asks = namesIn(data)?.map(readAsk);
  const read = asks?.filter((ask) => ask !== null);
  const isDistinct = new Set(read?.map(({ name }) => name)).size === asks?.length;
  return read && isDistinct ? read : null;
}

export function readLeave(data: unknown): readonly string[] | null {
  const names = namesIn(data);
  return names?.every((name) => typeof name === 'string') ? (names as readonly string[]) : null;
}

/** How many names a message has, before it is read: each costs the app a question. */
export function countNames(data: unknown): number {
  return namesIn(data)?.length ?? 1;
}

/** A text of 1 to 256 characters that can be written as UTF-8. */
export function isChannelName(name: string): boolean {
  return /^\P{Cs}{1,256}$/su.test(name);
}

function namesIn(data: unknown): readonly unknown[] | null {
  const { channels } = Object(data) as { readonly channels?: unknown };
  return Array.isArray(channels) && channels.length > 0 && channels.length <= MAX_NAMES ? channels : null;
}

function readAsk(value: unknown): JoinAsk | null {
  const { name, position, last, start } = Object(value) as Readonly<Record<string, unknown>>;
  const given = [position, last, start].filter((one) => one !== undefined);
  if (typeof name !== 'string' || given.length > 1) return null;
  if (start === true) return { name, wanted: { from: 'start' } };
  if (start !== undefined) return null;
  if (last !== undefined) {
    const isCount = Number.isSafeInteger(last) && (last as number) >= 1 && (last as number) <= MAX_LAST;
    return isCount ? { name, wanted: { from: 'last', count: last as number } } : null;
  }
  if (position !== undefined) {
    // A text that is no position of ours is not in the log.
    const known = readProgress(position)?.position ?? null;
    return typeof position === 'string' ? { name, wanted: { from: 'position', position: known } } : null;
  }
  return { name, wanted: { from: 'now' } };
}

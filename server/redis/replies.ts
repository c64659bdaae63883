/** Reads the replies of stream commands. Their form differs between RESP2, RESP3 and the clients. */
import type { Entry, NewEntry, Position } from '../types.ts';

/** The two fields of an entry: its data as it is sent, and the rest as JSON. Other fields are ignored. */
export function fieldsOf(entry: NewEntry): string[] {
  if (entry.kind !== 'event') return ['entry', JSON.stringify(entry)];
  const { data, ...rest } = entry;
  return ['entry', JSON.stringify(rest), 'data', data];
}

/** A page of the stream. Entries that are not ours, or can't be read, are left out; the place where it ends counts them too. */
export interface Page {
  readonly entries: readonly Entry[];
  /** How many entries the stream had, foreign ones included. */
  readonly count: number;
  readonly first: Position | undefined;
  readonly last: Position | undefined;
}

/** The page of an XRANGE or XREVRANGE reply: a list of `[id, fields]`. */
export function pageOf(reply: unknown): Page {
  const items = Array.isArray(reply) ? (reply as readonly (readonly [unknown, unknown])[]) : [];
  const idOf = (item: readonly [unknown, unknown] | undefined): Position | undefined =>
    item && String(item[0]);
  return {
    entries: items.flatMap(([id, fields]) => entryOf(String(id), fields) ?? []),
    count: items.length,
    first: idOf(items[0]),
    last: idOf(items.at(-1)),
  };
}

/** The page of an XREAD reply: null, `[[key, entries]]`, `[key, entries]`, a Map or an object by key. */
export function readPage(reply: unknown): Page {
  if (reply === null || typeof reply !== 'object') return pageOf(null);
  if (reply instanceof Map) return pageOf([...reply.values()][0]);
  if (!Array.isArray(reply)) return pageOf(Object.values(reply)[0]);
  const [first, second] = reply as [unknown, unknown];
  return Array.isArray(first) ? pageOf(first[1]) : pageOf(second);
}

function entryOf(position: string, fields: unknown): Entry | null {
  const values = recordOf(fields);
  const rest = values['entry'];
  if (rest === undefined) return null;
  const entry = parse(rest);
  if (entry === null) return null;
  return entry.kind === 'event'
    ? { ...entry, data: values['data'] ?? 'null', position }
    : { ...entry, position };
}

/** One entry that another program wrote must not stop the stream for all. */
function parse(text: string): NewEntry | null {
  try {
    const entry = JSON.parse(text) as NewEntry | null;
    return typeof entry === 'object' && typeof entry?.kind === 'string' ? entry : null;
  } catch {
    return null;
  }
}

/** Fields are a flat list in RESP2, and a Map, an object or pairs elsewhere. */
function recordOf(fields: unknown): Record<string, string> {
  if (fields instanceof Map) return Object.fromEntries(fields) as Record<string, string>;
  if (!Array.isArray(fields)) return { ...(fields as Record<string, string>) };
  if (Array.isArray(fields[0])) return Object.fromEntries(fields) as Record<string, string>;
  const record: Record<string, string> = {};
  for (let index = 0; index + 1 < fields.length; index += 2)
    record[String(fields[index])] = String(fields[index + 1]);
  return record;
}

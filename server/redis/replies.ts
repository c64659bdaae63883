/** Reads the replies of stream commands. Their form differs between RESP2, RESP3 and the clients. */
import type { Entry, NewEntry } from '../types.ts';

/** The two fields of an entry: its data as it is sent, and the rest as JSON. Other fields are ignored. */
export function fieldsOf(entry: NewEntry): string[] {
  if (entry.kind !== 'event') return ['entry', JSON.stringify(entry)];
  const { data, ...rest } = entry;
  return ['entry', JSON.stringify(rest), 'data', data];
}

/** The entries of an XRANGE reply: a list of `[id, fields]`. */
export function entriesOf(reply: unknown): Entry[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((item: unknown) => {
    const [id, fields] = Array.isArray(item) ? item : [];
    const entry = entryOf(String(id), fields);
    return entry ? [entry] : [];
  });
}

/** The entries of an XREAD reply: null, `[[key, entries]]`, `[key, entries]`, a Map or an object by key. */
export function readEntries(reply: unknown): Entry[] {
  if (reply === null || typeof reply !== 'object') return [];
  if (reply instanceof Map) return entriesOf([...reply.values()][0]);
  if (!Array.isArray(reply)) return entriesOf(Object.values(reply)[0]);
  const [first, second] = reply as [unknown, unknown];
  return Array.isArray(first) ? entriesOf(first[1]) : entriesOf(second);
}

function entryOf(position: string, fields: unknown): Entry | null {
  const values = recordOf(fields);
  const rest = values['entry'];
  if (rest === undefined) return null;
  const entry = JSON.parse(rest) as NewEntry;
  return entry.kind === 'event'
    ? { ...entry, data: values['data'] ?? 'null', position }
    : { ...entry, position };
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

/**
 * Phoenix channels, version 2 of the serializer: `[join_ref, ref, topic, event, payload]`.
 *
 * - Names are a topic and an event: `request('room:1 phx_join', params)`, `request('room:1 msg', { text })`,
 *   `send('room:1 phx_leave')`. Events have them too, and the topic as their `channel`.
 * - A topic that was joined with `phx_join` is joined again on each new link, before the status becomes `connected`: what the app fetches
 *   because of missed events can't miss others.
 */
import type { Decoded, LinkProtocol, ReplyResult } from 'everwire/core';

type Ref = string | null;
type Message = readonly [join: Ref, ref: Ref, topic: string, event: string, payload: unknown];
type Reply = { readonly status: 'ok' | 'error'; readonly response: Readonly<Record<string, unknown>> };

/** A channel that crashed at the server is joined again after this long. */
const REJOIN_MS = 1_000;

export const phoenixProtocol: LinkProtocol = {
  name: 'phoenix-channels',
  defaultAuth: 'query',
  authModes: ['query', 'cookie', 'none'],
  connectedOn: 'hello',
  answersPings: 'surely',
  target({ url, auth, token }) {
    const address = new URL(url);
    address.searchParams.set('vsn', '2.0.0');
    if (auth === 'query' && token !== undefined) address.searchParams.set('token', token);
    return { url: address.href };
  },
  open({ send, receive, nextId, remember, signal }) {
    /** The parameters of each topic that is wanted, over all links. */
    const wanted = remember('topics', () => new Map<string, unknown>());
    /** The join_ref of each topic on this link. */
    const joins = new Map<string, string>();
    /** Topics that were joined on the last link, and are not answered yet on this one. */
    const rejoining = new Set<string>(wanted.keys());

    const join = (topic: string): void => {
      const ref = String(nextId());
      joins.set(topic, ref);
      send(write([ref, ref, topic, 'phx_join', wanted.get(topic)]));
    };

    for (const topic of rejoining) join(topic);
    if (rejoining.size === 0) receive(ready);

    const onReply = (id: string, topic: string, { status, response }: Reply): readonly Decoded[] => {
      const isOk = status === 'ok';
      const result: ReplyResult = isOk
        ? { status, data: response }
        : { status: 'failed', message: String(response['reason'] ?? status), details: response };
      const decoded: Decoded[] = [{ kind: 'reply', id, result }];
      if (joins.get(topic) !== id) return decoded;
      if (!isOk) wanted.delete(topic);
      if (!isOk && rejoining.has(topic)) decoded.push(eventOf(topic, 'phx_error', response));
      if (rejoining.delete(topic) && rejoining.size === 0) decoded.push(ready);
      return decoded;
    };

    return {
      decode(frame) {
        const [joinRef, ref, topic, event, payload]: Message = JSON.parse(String(frame));
        if (event === 'phx_reply') return onReply(String(ref), topic, payload as Reply);
        // Of a membership that has ended.
        if (joinRef !== null && joins.get(topic) !== joinRef) return { kind: 'ignored' };
        if (event === 'phx_close') wanted.delete(topic);
        if (event === 'phx_error' && wanted.has(topic)) {
          const timer = setTimeout(() => wanted.has(topic) && join(topic), REJOIN_MS);
          signal.addEventListener('abort', () => clearTimeout(timer));
        }
        return eventOf(topic, event, payload);
      },
      encode({ event: name, data, id }) {
        const space = name.lastIndexOf(' ');
        const [topic, word] = [name.slice(0, space), name.slice(space + 1)];
        const event = word === 'join' ? 'phx_join' : word;
        if (word === 'phx_join') wanted.set(topic, data);
        if (event === 'phx_join') joins.set(topic, String(id));
        const joinRef = joins.get(topic) ?? null;
        if (event === 'phx_leave') wanted.delete(topic);
        if (event === 'phx_leave') joins.delete(topic);
        return write([joinRef, String(id), topic, event, data]);
      },
      ping: (id) => write([null, String(id), 'phoenix', 'heartbeat', {}]),
    };
  },
};

const ready: Decoded = { kind: 'hello', connectionId: null };

function eventOf(channel: string, event: string, data: unknown): Decoded {
  return { kind: 'event', event: { event: `${channel} ${event}`, data, seq: -1, channel } };
}

function write([joinRef, ref, topic, event, payload = {}]: Message): string {
  return JSON.stringify([joinRef, ref, topic, event, payload]);
}

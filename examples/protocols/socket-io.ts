/**
 * Socket.IO 5 over WebSocket (Engine.IO 4), the main namespace, with connection state recovery.
 *
 * - `send('move', data)` emits, `request('add', data)` emits with an acknowledgement. A list is several arguments, both ways.
 * - An event that the server wants acknowledged has the data `{ id, data }`: `send('socket.io ack', { id, data })`.
 * - The token is `auth.token` of the handshake. The address is the server's: `http://host/socket.io/`.
 */
import type { Decoded, Frame, LinkProtocol } from 'everwire/core';

type Packet = { readonly type: string; readonly id: number | undefined; readonly body: unknown };

export const socketIoProtocol: LinkProtocol = {
  name: 'socket.io',
  defaultAuth: 'message',
  connectedOn: 'hello',
  target: ({ url }) => ({ url: `${url}${url.includes('?') ? '&' : '?'}EIO=4&transport=websocket` }),
  open({ auth, token, resume, expectFrames }) {
    /** The session's id: undefined until connected, null if the server can't recover sessions. */
    let pid: string | null | undefined;
    /** Events since the last link. The server sends them before it says that the session goes on. */
    const missed: Decoded[] = [];
    /** A packet whose attachments follow, each in a frame of its own. */
    let waiting: (Packet & { readonly parts: ArrayBuffer[]; readonly count: number }) | undefined;

    const onPacket = ({ type, id, body }: Packet): Decoded | readonly Decoded[] => {
      switch (type) {
        case 'connect':
          pid = (body as { readonly pid?: string }).pid ?? null;
          return [{ kind: 'hello', connectionId: pid, resumed: pid === resume?.connectionId }, ...missed];
        case 'disconnect':
          return { kind: 'closed', code: 1000, reason: 'io server disconnect' };
        case 'event': {
          const [name, ...args] = body as [string, ...unknown[]];
          // The server appends its place in the log to what it can send again. Its own client reads it so, too.
          const last = pid !== null && id === undefined ? args.at(-1) : undefined;
          if (typeof last === 'string' && args.length > 1) args.pop();
          const position = typeof last === 'string' ? { position: last } : {};
          const data = id === undefined ? one(args) : { id, data: one(args) };
          const decoded: Decoded = { kind: 'event', event: { event: name, data, seq: -1, ...position } };
          if (pid === undefined) missed.push(decoded);
          return pid === undefined ? [] : decoded;
        }
        case 'ack':
          return { kind: 'reply', id: Number(id), result: { status: 'ok', data: one(body as unknown[]) } };
        default:
          return { kind: 'closed', code: 4401, reason: String((body as Error).message) };
      }
    };

    return {
      decode(frame) {
        if (typeof frame !== 'string') {
          if (waiting === undefined || waiting.parts.push(frame) < waiting.count) return { kind: 'ignored' };
          const { body, parts, ...packet } = waiting;
          waiting = undefined;
          return onPacket({ ...packet, body: replace(body, (value) => parts[Number(numberOf(value))]) });
        }
        if (frame === '2') return { kind: 'ignored', answer: '3' };
        if (frame.startsWith('0')) {
          const { pingInterval, pingTimeout } = JSON.parse(frame.slice(1));
          expectFrames(pingInterval + pingTimeout);
          const recovery = resume?.position && { pid: resume.connectionId, offset: resume.position };
          const hello = JSON.stringify({ ...(auth === 'message' && { token }), ...recovery });
          return { kind: 'ignored', answer: `40${hello}` };
        }
        const [, type, count, id, json] = /^4(\d)(?:(\d+)-)?(\d+)?(.*)$/s.exec(frame) ?? [];
        const ackId = id ? Number(id) : undefined;
        const packet = { type: types[Number(type)] ?? '', id: ackId, body: json && JSON.parse(json) };
        if (!Number(count)) return onPacket(packet);
        waiting = { ...packet, parts: [], count: Number(count) };
        return { kind: 'ignored' };
      },
      encode({ kind, event, data, id }) {
        const isAck = event === 'socket.io ack';
        const { id: answered, data: said } = isAck ? Object(data) : { id, data };
        const args = said === undefined ? [] : [said].flat();
        const parts: Frame[] = [];
        const take = (it: object): unknown => isBytes(it) && { _placeholder: true, num: parts.push(it) - 1 };
        const body = JSON.stringify(replace(isAck ? args : [event, ...args], take));
        const rest = `${isAck ? answered : kind === 'send' ? '' : id}${body}`;
        if (parts.length === 0) return `4${isAck ? 3 : 2}${rest}`;
        return [`4${isAck ? 6 : 5}${parts.length}-${rest}`, ...parts];
      },
    };
  },
};

const types = ['connect', 'disconnect', 'event', 'ack', 'error', 'event', 'ack'];
const one = (args: readonly unknown[]): unknown => (args.length > 1 ? args : args[0]);
const isBytes = (it: unknown): it is ArrayBuffer => it instanceof ArrayBuffer || ArrayBuffer.isView(it);
const numberOf = (value: object): unknown => ('_placeholder' in value && 'num' in value ? value.num : -1);

/** Replaces objects inside a value, at any depth, by what `by` returns for them, if it returns something. */
function replace(value: unknown, by: (value: object) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const found = by(value);
  if (found || 'toJSON' in value) return found || value;
  if (Array.isArray(value)) return value.map((item) => replace(item, by));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, by)]));
}

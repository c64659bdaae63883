/**
 * Bytes both ways: each message is a MessagePack map.
 *
 * - received: `{ e: name, d: data, n: number }`, and replies `{ r: id, d: data }` or `{ r: id, x: message }`;
 *   `more: true` in a reply: others follow;
 * - sent: `{ e: name, d: data }`, with `i: id` if a reply is expected;
 * - the first event is `hello`, with the session's id as its data; `?id=…&next=…` in the address resumes it.
 *
 * Values keep their types: bytes are `Uint8Array`, dates are `Date`, and 64-bit integers are `bigint`.
 */
import { decode, encode } from '@msgpack/msgpack';
import type { LinkProtocol } from 'everwire/core';

const options = { useBigInt64: true } as const;

interface Message {
  readonly e?: string;
  readonly d?: unknown;
  readonly n?: number | bigint;
  readonly r?: number | bigint;
  readonly x?: string;
  readonly more?: boolean;
}

export const messagePackProtocol: LinkProtocol = {
  name: 'message-pack',
  defaultAuth: 'query',
  connectedOn: 'hello',
  target({ url, auth, token, resume }) {
    const address = new URL(url);
    if (auth === 'query' && token !== undefined) address.searchParams.set('token', token);
    if (resume?.connectionId) {
      address.searchParams.set('id', resume.connectionId);
      address.searchParams.set('next', String(resume.nextSeq));
    }
    return { url: address.href, protocols: ['message-pack.v1'] };
  },
  open: ({ resume }) => ({
    decode(frame) {
      if (typeof frame === 'string') return { kind: 'unrecognised', reason: 'text' };
      const { e: name, d: data, n: seq = -1, r: id, x: refusal, more } = decode(frame, options) as Message;
      if (id !== undefined) {
        const result =
          refusal === undefined
            ? ({ status: 'ok', data } as const)
            : ({ status: 'failed', message: refusal, details: {} } as const);
        return { kind: 'reply', id: Number(id), result, ...(more !== undefined && { more }) };
      }
      if (name === undefined) return { kind: 'unrecognised', reason: 'no-event-name' };
      const event = { event: name, data, seq: Number(seq) };
      if (name !== 'hello') return { kind: 'event', event };
      const connectionId = String(data);
      return { kind: 'hello', event, connectionId, resumed: connectionId === resume?.connectionId };
    },
    // A view of a buffer that the package uses again: its bytes are sent before the next call.
    encode: ({ kind, event, data, id }) =>
      encode({ e: event, d: data, ...(kind !== 'send' && { i: id }) }, options),
  }),
};

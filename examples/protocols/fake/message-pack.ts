/** The server's side of the MessagePack protocol, for tests: `createFakeServer({ protocol: fakeMessagePack })`. */
import { decode, encode } from '@msgpack/msgpack';
import type { FakeProtocol } from 'everwire/testing';

const options = { useBigInt64: true } as const;

export const fakeMessagePack: FakeProtocol = {
  subprotocols: ['message-pack.v1'],
  admits: 'open',
  credentials(url) {
    const { searchParams } = new URL(url);
    const [id, next] = [searchParams.get('id'), searchParams.get('next')];
    const resume = id === null ? null : { connectionId: id, sequenceNumber: Number(next) };
    return { token: searchParams.get('token'), resume };
  },
  open: () => ({
    read(frame) {
      if (typeof frame === 'string') return { kind: 'other', data: frame };
      const {
        e: event,
        d: data,
        i: id = null,
      } = decode(frame, options) as { e: string; d: unknown; i?: number | bigint };
      return { kind: 'message', event, data, id: id === null ? null : Number(id) };
    },
    hello: ({ connectionId }) => encode({ e: 'hello', d: connectionId }, options).slice(),
    event: ({ event, data }, seq) =>
      encode({ e: event, d: data, ...(seq !== null && { n: seq }) }, options).slice(),
    reply(id, reply) {
      if (reply.status === 'failed') return encode({ r: id, x: reply.error.message }, options).slice();
      return encode({ r: id, d: reply.data, ...(reply.more && { more: true }) }, options).slice();
    },
  }),
};

/**
 * The server's side of graphql-transport-ws, for tests: `createFakeServer({ protocol: fakeGraphql })`.
 *
 * It executes nothing. An operation is a message named `query`, `mutation` or `subscription`, whose handler returns the
 * result or yields several. `emit('posted', data)` reaches the subscriptions whose query asks for `posted`.
 */
import type { FakeProtocol } from 'everwire/testing';

type Message = {
  readonly type: string;
  readonly id?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
};

export const fakeGraphql: FakeProtocol = {
  subprotocols: ['graphql-transport-ws'],
  admits: 'message',
  open({ send, close, answersPings }) {
    const subscriptions = new Map<string, string>();
    const write = (message: object): string => JSON.stringify(message);
    return {
      read(frame) {
        const { type, id = '', payload = {} }: Message = JSON.parse(String(frame));
        switch (type) {
          case 'connection_init':
            return { kind: 'authenticate', token: (payload['token'] as string | undefined) ?? null };
          case 'ping':
            if (answersPings) send(write({ type: 'pong' }));
            return { kind: 'other' };
          case 'subscribe': {
            const query = String(payload['query']);
            const [event = 'query'] = /^\w+/.exec(query.trim()) ?? [];
            if (event === 'subscription') subscriptions.set(id, query);
            return { kind: 'message', event, data: payload, id };
          }
          case 'complete':
            subscriptions.delete(id);
            return { kind: 'cancel', id };
          default:
            return { kind: 'other', data: payload };
        }
      },
      hello: () => write({ type: 'connection_ack' }),
      refuse: () => close(4403, 'Forbidden'),
      event: ({ event, data }) =>
        [...subscriptions]
          .filter(([, query]) => new RegExp(`\\b${event}\\b`).test(query))
          .map(([id]) => write({ type: 'next', id, payload: { data: { [event]: data } } })),
      reply(id, reply) {
        if (reply.status === 'failed') return write({ type: 'error', id, payload: [reply.error] });
        const next = write({ type: 'next', id, payload: reply.data });
        if (reply.more) return next;
        const end = write({ type: 'complete', id });
        return reply.data === undefined ? end : [next, end];
      },
    };
  },
};

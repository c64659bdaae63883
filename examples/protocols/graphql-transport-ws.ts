/**
 * graphql-transport-ws, the protocol of the package graphql-ws.
 *
 * - `request('query', { query, variables })` resolves with the result, `{ data, errors? }`.
 * - `stream('subscription', { query })` hands out the results of a subscription; leaving the loop completes it.
 * - `send('subscribe', { as: 'posted', query })` makes the results events named `posted`, until
 *   `send('unsubscribe', { as: 'posted' })`. They are subscribed to again on each new link.
 * - The token is sent as `connection_init`'s payload, `{ token }`.
 */
import type { Decoded, LinkProtocol } from 'everwire/core';

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

type Operation = Readonly<Record<string, unknown>>;

export const graphqlProtocol: LinkProtocol = {
  name: 'graphql-transport-ws',
  defaultAuth: 'message',
  authModes: ['message', 'cookie', 'none'],
  connectedOn: 'hello',
  target: ({ url }) => ({ url, protocols: ['graphql-transport-ws'] }),
  open({ auth, token, send, nextId, remember }) {
    /** By name, over all links. */
    const subscriptions = remember('subscriptions', () => new Map<string, Operation>());
    /** The ids that they have on this link. */
    const ids = new Map<string, string>();
    const nameOf = (id: string): string | undefined => [...ids].find(([, known]) => known === id)?.[0];

    const subscribe = (name: string, payload: Operation, id: string): string => {
      subscriptions.set(name, payload);
      ids.set(name, id);
      return write({ type: 'subscribe', id, payload });
    };

    const onResult = ({ type, id = '', payload }: Message): Decoded => {
      const name = nameOf(id);
      if (type !== 'next' && name !== undefined) {
        subscriptions.delete(name);
        ids.delete(name);
      }
      if (type === 'error') {
        const [first] = payload as readonly { readonly message: string }[];
        if (name === undefined) {
          const result = {
            status: 'failed',
            message: String(first?.message),
            details: { errors: payload },
          } as const;
          return { kind: 'reply', id, result };
        }
        return { kind: 'event', event: { event: name, data: { errors: payload }, seq: -1 } };
      }
      if (name === undefined)
        return { kind: 'reply', id, result: { status: 'ok', data: payload }, more: type === 'next' };
      return type === 'next'
        ? { kind: 'event', event: { event: name, data: payload, seq: -1 } }
        : { kind: 'ignored' };
    };

    send(write({ type: 'connection_init', ...(auth === 'message' && token && { payload: { token } }) }));

    return {
      decode(frame) {
        const message: Message = JSON.parse(String(frame));
        switch (message.type) {
          case 'connection_ack':
            for (const [name, operation] of subscriptions) send(subscribe(name, operation, String(nextId())));
            return { kind: 'hello', connectionId: null };
          case 'ping':
            return { kind: 'ignored', answer: write({ type: 'pong' }) };
          case 'pong':
            return { kind: 'pong', id: null };
          default:
            return onResult(message);
        }
      },
      encode({ event, data, id: number }) {
        const id = String(number);
        if (event !== 'subscribe' && event !== 'unsubscribe')
          return write({ type: 'subscribe', id, payload: data });
        const { as: name, ...operation } = data as { readonly as: string };
        if (event === 'subscribe') return ids.has(name) ? [] : subscribe(name, operation, id);
        const known = ids.get(name) ?? id;
        subscriptions.delete(name);
        ids.delete(name);
        return write({ type: 'complete', id: known });
      },
      cancel: ({ id }) => write({ type: 'complete', id: String(id) }),
      ping: () => write({ type: 'ping' }),
    };
  },
};

function write(message: Message): string {
  return JSON.stringify(message);
}

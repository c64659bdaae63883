/**
 * The server's side of Phoenix channels, for tests: `createFakeServer({ protocol: fakePhoenix })`.
 *
 * Names are a topic and an event. A join is granted, unless a handler of `<topic> phx_join` throws. `emit('room:1 msg', …)`
 * reaches the clients that have joined `room:1`.
 */
import type { FakeProtocol } from 'everwire/testing';

type Message = readonly [join: string | null, ref: string, topic: string, event: string, payload: unknown];

export const fakePhoenix: FakeProtocol = {
  admits: 'open',
  credentials: (url) => ({ token: new URL(url).searchParams.get('token'), resume: null }),
  open({ send, answersPings }) {
    /** The join_ref of each topic. */
    const joins = new Map<string, string | null>();
    const asked = new Map<string, Message>();

    const write = (
      join: string | null,
      ref: string | null,
      topic: string,
      event: string,
      payload: unknown,
    ): string => JSON.stringify([join, ref, topic, event, payload]);
    const answer = ([join, ref, topic]: Message, status: string, response: unknown): string =>
      write(join, ref, topic, 'phx_reply', { status, response });

    return {
      read(frame) {
        const message: Message = JSON.parse(String(frame));
        const [join, ref, topic, event, data] = message;
        if (event === 'heartbeat') {
          if (answersPings) send(answer(message, 'ok', {}));
          return { kind: 'other' };
        }
        asked.set(ref, message);
        if (event === 'phx_leave') joins.delete(topic);
        if (event === 'phx_join') joins.set(topic, join);
        if (event === 'phx_join' || event === 'phx_leave') send(answer(message, 'ok', {}));
        else if (!joins.has(topic)) send(answer(message, 'error', { reason: 'unmatched topic' }));
        return { kind: 'message', event: `${topic} ${event}`, data, id: joins.has(topic) ? ref : null };
      },
      event({ event: name, data }) {
        const space = name.lastIndexOf(' ');
        const topic = name.slice(0, space);
        const join = joins.get(topic);
        return join === undefined ? [] : write(join, null, topic, name.slice(space + 1), data ?? {});
      },
      reply(id, reply) {
        const message = asked.get(String(id));
        if (message === undefined) return [];
        if (reply.status === 'ok') return answer(message, 'ok', reply.data ?? {});
        return answer(message, 'error', { reason: reply.error.message });
      },
    };
  },
};

/**
 * The server's side of Socket.IO 5 with connection state recovery, for tests:
 * `createFakeServer({ protocol: fakeSocketIo })`. Text only, the main namespace only.
 */
import type { FakeProtocol, FakeReply } from 'everwire/testing';

export const fakeSocketIo: FakeProtocol = {
  admits: 'message',
  open({ send, close }) {
    send(`0${JSON.stringify({ sid: 'engine', upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 })}`);
    return {
      read(frame) {
        const [, type, id, json = ''] = /^4(\d)(\d*)(.*)$/s.exec(String(frame)) ?? [];
        if (type === '0') {
          const { token = null, pid, offset } = JSON.parse(json || '{}');
          const resume = pid === undefined ? null : { connectionId: pid, sequenceNumber: Number(offset) + 1 };
          return { kind: 'authenticate', token, resume };
        }
        if (type !== '2') return { kind: 'other', data: json && JSON.parse(json) };
        const [event, ...args] = JSON.parse(json);
        return { kind: 'message', event, data: args.length > 1 ? args : args[0], id: id ? Number(id) : null };
      },
      hello: ({ connectionId }) => `40${JSON.stringify({ sid: 'socket', pid: connectionId })}`,
      refuse() {
        send(`44${JSON.stringify({ message: 'unauthorized' })}`);
        close();
      },
      event({ event, data }, seq) {
        const args = data === undefined ? [] : [data].flat();
        return `42${JSON.stringify([event, ...args, ...(seq === null ? [] : [String(seq)])])}`;
      },
      reply: (id, reply) => `43${id}${JSON.stringify([resultOf(reply)])}`,
    };
  },
};

/** An acknowledgement has no errors of its own. */
function resultOf(reply: FakeReply): unknown {
  return reply.status === 'ok' ? reply.data : { error: reply.error };
}

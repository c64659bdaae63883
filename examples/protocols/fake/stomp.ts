/** A message broker that speaks STOMP, for tests: `createFakeServer({ protocol: fakeStomp })`. No escapes in headers. */
import type { FakeProtocol } from 'everwire/testing';

type Headers = Readonly<Record<string, string>>;

export const fakeStomp: FakeProtocol = {
  subprotocols: ['v12.stomp', 'v11.stomp'],
  admits: 'message',
  open({ send, close }) {
    const destinations = new Map<string, string>();
    return {
      read(frame) {
        const [, command, head = '', body = ''] = /^\s*(\w+)\n(.*?)\n\n(.*)\0/s.exec(String(frame)) ?? [];
        const headers: Headers = Object.fromEntries(head.split('\n').map((line) => line.split(/:(.*)/s)));
        const { id = '', destination = '', receipt = null, passcode = null } = headers;
        switch (command) {
          case 'CONNECT':
            return { kind: 'authenticate', token: passcode };
          case 'SUBSCRIBE':
            destinations.set(id, destination);
            return { kind: 'message', event: 'subscribe', data: { destination }, id: receipt };
          case 'UNSUBSCRIBE': {
            const left = destinations.get(id);
            destinations.delete(id);
            return { kind: 'message', event: 'unsubscribe', data: { destination: left }, id: receipt };
          }
          case 'SEND': {
            const data = headers['content-type'] === 'application/json' ? JSON.parse(body) : body;
            return { kind: 'message', event: destination, data, id: receipt };
          }
          default:
            return { kind: 'other' };
        }
      },
      hello: () => write('CONNECTED', { version: '1.2', 'heart-beat': '0,0' }),
      refuse() {
        send(write('ERROR', { message: 'access refused' }));
        close(4403);
      },
      event({ event: destination, data }) {
        const isText = typeof data === 'string';
        const type = { 'content-type': isText ? 'text/plain' : 'application/json' };
        return [...destinations]
          .filter(([, wanted]) => wanted === destination)
          .map(([subscription]) =>
            write(
              'MESSAGE',
              { destination, subscription, ...type },
              isText ? data : JSON.stringify(data ?? null),
            ),
          );
      },
      reply: (id, reply) =>
        reply.status === 'ok'
          ? write('RECEIPT', { 'receipt-id': String(id) })
          : write('ERROR', { 'receipt-id': String(id), message: reply.error.message }),
    };
  },
};

function write(command: string, headers: Headers, body = ''): string {
  const lines = Object.entries(headers).map(([key, value]) => `${key}:${value}\n`);
  return `${command}\n${lines.join('')}\n${body}\0`;
}

/** The server's side of JSON-RPC 2.0, for tests: `createFakeServer({ protocol: fakeJsonRpc })`. */
import type { ClientMessage, FakeProtocol } from 'everwire/testing';

type Message = { readonly id?: number | string | null; readonly method?: string; readonly params?: unknown };

export const fakeJsonRpc: FakeProtocol = {
  admits: 'open',
  credentials: (url) => ({ token: new URL(url).searchParams.get('token'), resume: null }),
  open: () => ({
    read(frame) {
      const parsed: Message | readonly Message[] = JSON.parse(String(frame));
      return [parsed].flat().map((message) => read(message as Message));
    },
    event: ({ event: method, data: params }) => write({ method, params }),
    reply(id, reply) {
      if (reply.status === 'failed') return write({ id, error: { code: -32_000, ...reply.error } });
      return write({ id, result: reply.data ?? null });
    },
  }),
};

function read({ id = null, method: event, params: data, ...answer }: Message): ClientMessage {
  return event === undefined ? { kind: 'other', data: answer, id } : { kind: 'message', event, data, id };
}

function write(message: object): string {
  return JSON.stringify({ jsonrpc: '2.0', ...message });
}

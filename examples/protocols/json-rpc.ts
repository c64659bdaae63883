/**
 * JSON-RPC 2.0 over WebSocket. A protocol without state: one object for all links.
 *
 * - `send('moved', params)` is a notification; `request('add', params)` is a request.
 * - A notification of the server is an event. A request of the server is an event too, with the data `{ id, params }`:
 *   answer it with `send('rpc.result', { id, result })` or `send('rpc.error', { id, error: { code, message } })`.
 * - `ping` of a server that has such a method: `createJsonRpcProtocol({ ping: 'rpc.ping' })`.
 */
import type { Decoded, SimpleProtocol } from 'everwire/core';

type Json = Readonly<Record<string, unknown>>;

export function createJsonRpcProtocol({ ping }: { readonly ping?: string } = {}): SimpleProtocol {
  return {
    name: 'json-rpc',
    defaultAuth: 'query',
    authModes: ['query', 'cookie', 'none'],
    connectedOn: 'open',
    target({ url, auth, token }) {
      const address = new URL(url);
      if (auth === 'query' && token !== undefined) address.searchParams.set('token', token);
      return { url: address.href };
    },
    encode({ kind, event, data, id }) {
      if (event === 'rpc.result' || event === 'rpc.error') return write({ ...(data as Json) });
      // The second argument of `send` is optional, and so are `params`: JSON leaves out what is undefined.
      return write({ method: event, params: data, ...(kind !== 'send' && { id }) });
    },
    decode(frame) {
      let parsed: unknown;
      try {
        parsed = JSON.parse(String(frame));
      } catch {
        return { kind: 'malformed', reason: 'not-json' };
      }
      // A batch holds requests, notifications and results in any order.
      return Array.isArray(parsed) ? parsed.map(read) : read(parsed);
    },
    ...(ping !== undefined && { ping: (id: number) => write({ method: ping, id }) }),
  };
}

export const jsonRpcProtocol: SimpleProtocol = createJsonRpcProtocol();

function write(message: Json): string {
  return JSON.stringify({ jsonrpc: '2.0', ...message });
}

function read(message: unknown): Decoded {
  if (typeof message !== 'object' || message === null)
    return { kind: 'unrecognised', reason: 'not-an-object' };
  const { id, method, params, result, error } = message as Json;
  if (typeof method === 'string') {
    const data = id === undefined ? params : { id, params };
    return { kind: 'event', event: { event: method, data, seq: -1 } };
  }
  // The server could not even read the id of what it refuses.
  if (typeof id !== 'number' && typeof id !== 'string') return { kind: 'ignored' };
  // Some servers write `"error": null` beside a result, and others an error that is only a text.
  if (error === undefined || error === null)
    return { kind: 'reply', id, result: { status: 'ok', data: result } };
  const details = Object(error) as Json;
  const words = String(details['message'] ?? error);
  return { kind: 'reply', id, result: { status: 'failed', message: words, details } };
}

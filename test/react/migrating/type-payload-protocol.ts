// In docs/migrating.md: a protocol for servers that send {type, payload}.

import type { Decoded, Frame, Protocol } from 'everwire';

export const typePayloadProtocol: Protocol = {
  name: 'type-payload',
  defaultAuth: 'query',
  authModes: ['query', 'none'],
  connectedOn: 'open',
  target({ url, token }) {
    const address = new URL(url);
    if (token !== undefined) address.searchParams.set('token', token);
    return { url: address.href, protocols: [], opening: [] };
  },
  decode,
  encode: ({ event, data }) => JSON.stringify({ type: event, payload: data }),
  ping: () => '{"type":"ping"}', // leave it out if the server knows none
};

function decode(frame: Frame): Decoded {
  if (typeof frame !== 'string') return { kind: 'malformed', reason: 'binary' };
  let message: { type?: unknown; payload?: unknown } | null;
  try {
    message = JSON.parse(frame);
  } catch {
    return { kind: 'unrecognised', reason: 'text' };
  }
  const type = message?.type;
  if (typeof type !== 'string') return { kind: 'unrecognised', reason: 'no-event-name' };
  if (type === 'pong') return { kind: 'pong', id: null };
  return { kind: 'event', event: { event: type, data: message?.payload, seq: -1 } };
}

/** The default protocol: JSON frames `{event, data, seq}` in both directions, and replies `{seq_reply, status}`. */
import { base64Url } from './base64-url.ts';
import { decodeJsonFrame } from './json-frames.ts';
import type { AttemptContext, AttemptTarget, Decoded, Frame, OutgoingMessage, Protocol } from './protocol.ts';
import { withQuery } from './query.ts';

/**
 * The default protocol: JSON text frames.
 *
 * - received: `{event, data, seq, broadcast?}`; `hello` carries `data.connection_id`; replies are
 *   `{seq_reply, status: 'OK' | 'FAIL', data?, error?}`;
 * - sent: `{event, data, seq}`, with `seq` growing from 1;
 * - address: `?token=`, and `connection_id` with `sequence_number` (the next expected) once both are known;
 * - the token (`auth`): `'query'` (the default) in the address, `'message'` as the data `{token}` of the first message,
 *   `authenticate`, `'subprotocol'` as `everwire.token.<base64url>` after the subprotocol `everwire`.
 */
export const envelopeProtocol: Protocol = {
  name: 'envelope',
  defaultAuth: 'query',
  connectedOn: 'open',
  target,
  decode,
  encode,
  ping: (id) => JSON.stringify({ event: 'ping', seq: id }),
};

function target({ url, auth, token, resume, nextId }: AttemptContext): AttemptTarget {
  const plain = {
    url: withQuery(url, {
      token: auth === 'query' ? token : undefined,
      connection_id: resume?.connectionId,
      sequence_number: resume?.nextSeq,
    }),
    protocols: [],
    opening: [],
  };
  if (token !== undefined && auth === 'subprotocol') {
    return { ...plain, protocols: ['everwire', `everwire.token.${base64Url(token)}`] };
  }
  if (token !== undefined && auth === 'message') {
    const authId = nextId();
    return { ...plain, opening: [encode({ event: 'authenticate', data: { token }, id: authId })], authId };
  }
  return plain;
}

/** Some servers answer a ping with an event `pong`. It counts as the answer and is delivered as an event too. */
function decode(frame: Frame): Decoded {
  const decoded = decodeJsonFrame(frame);
  return decoded.kind === 'event' && decoded.event.event === 'pong' ? { ...decoded, isPong: true } : decoded;
}

function encode({ event, data, id }: OutgoingMessage): Frame {
  return JSON.stringify({ event, data, seq: id });
}

/** The default protocol: JSON frames `{event, data, seq}` in both directions, and replies `{seq_reply, status}`. */
import { base64Url } from './base64-url.ts';
import { decodeJsonFrame, fitsIntoAddress, type JsonOptions } from './json-frames.ts';
import type { AttemptContext, AttemptTarget, OutgoingMessage, TextProtocol } from './protocol.ts';
import { withQuery } from './query.ts';

/** The default protocol, with its reader and writer of JSON. */
export function createEnvelope({ parse, stringify = JSON.stringify }: JsonOptions = {}): TextProtocol {
  const encode = ({ event, data, id, channel }: OutgoingMessage): string =>
    // What is undefined is left out of JSON.
    stringify({ event, data, channel, seq: id });

  const target = ({ url, auth, token, resume, nextId }: AttemptContext): AttemptTarget => {
    const plain = {
      url: withQuery(url, {
        token: auth === 'query' ? token : undefined,
        connection_id: resume?.connectionId ?? undefined,
        sequence_number: resume?.nextSeq,
        position: resume?.position && fitsIntoAddress(resume.position) ? resume.position : undefined,
      }),
      protocols: [],
      opening: [],
    };
    if (token !== undefined && auth === 'subprotocol') {
      return { ...plain, protocols: ['everwire', `everwire.token.${base64Url(token)}`] };
    }
    if (token !== undefined && auth === 'message') {
      const authId = nextId();
      const data = { token };
      return {
        ...plain,
        opening: [encode({ kind: 'request', event: 'authenticate', data, id: authId })],
        authId,
      };
    }
    return plain;
  };

  return {
    name: 'envelope',
    defaultAuth: 'query',
    connectedOn: 'open',
    answersPings: 'unknown',
    target,
    decode(frame) {
      const decoded = decodeJsonFrame(frame, parse);
      // Some servers answer a ping with an event `pong`. It counts as the answer and is delivered as an event too.
      return decoded.kind === 'event' && decoded.event.event === 'pong'
        ? { ...decoded, isPong: true }
        : decoded;
    },
    encode,
    ping: (id) => stringify({ event: 'ping', seq: id }),
    cancel: ({ kind, id: seq }, nextId) =>
      kind === 'stream' ? encode({ kind: 'send', event: 'cancel', data: { seq }, id: nextId() }) : undefined,
  };
}

/**
 * The default protocol: JSON text frames.
 *
 * - received: `{event, data, seq, broadcast?, position?, channel?}`; `hello` carries `data.connection_id`; replies are
 *   `{seq_reply, status: 'OK' | 'FAIL', data?, error?}`; a reply with `more: true` is a part of a stream, and one without
 *   it is the last;
 * - sent: `{event, data, seq}`, with `seq` growing from 1; when a stream is left before its end, `cancel` with the data
 *   `{seq}`, the number of the message that asked for it;
 * - address: `?token=`, and `connection_id` with `sequence_number` (the next expected) once both are known, with `position`
 *   if the server sent one;
 * - the token (`auth`): `'query'` (the default) in the address, `'message'` as the data `{token}` of the first message,
 *   `authenticate`, `'subprotocol'` as `everwire.token.<base64url>` after the subprotocol `everwire`.
 */
export const envelopeProtocol: TextProtocol = /* @__PURE__ */ createEnvelope();

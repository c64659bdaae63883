/** The wire format of a Mattermost server: its address, frames and replies. */
import { decodeJsonFrame, isRecord, type JsonOptions } from '../json-frames.ts';
import type {
  AttemptContext,
  AttemptTarget,
  Decoded,
  InboundFrame,
  OutgoingMessage,
  PayloadProblem,
  ReplyResult,
  TextProtocol,
} from '../protocol.ts';
import { withQuery } from '../query.ts';
import { jsonFieldsOf } from './json-fields.ts';
import { readLazily } from './lazy-json.ts';

/** The options of `createMattermostProtocol`. */
export interface MattermostProtocolOptions extends JsonOptions {
  /**
   * Asks the server to mark posts that must be acknowledged (`data.should_ack` of `posted`). Answer those with
   * `send('posted_notify_ack', { post_id, user_agent, status })`. Default false.
   */
  readonly postedAck?: boolean | undefined;
}

/**
 * The wire format of a Mattermost server. Addresses and frames are those of the published client, `@mattermost/client`.
 *
 * - address: `?connection_id=…&sequence_number=…`, then `posted_ack=true` and `disconnect_err_code=…` if they apply;
 * - sent: `{action, seq, data}`, with `seq` growing from 1; at most 8,192 bytes, the server's limit;
 * - received: `{event, data, broadcast, seq}` and `{status, seq_reply, data?, error?}`;
 * - `auth: 'message'` (the default) sends the token as `authentication_challenge`; without a token nothing is sent, and
 *   the page's cookie authenticates. `'query'` sends it as `access_token`, which servers accept only from OAuth sessions.
 *   `'none'` never sends one.
 *
 * JSON strings inside `data`, such as the post in `posted`, are decoded. Each is parsed when it is first read. If that
 * fails, the field is `undefined`, and `errors$` emits `invalid-payload`.
 */
export function createMattermostProtocol(options?: MattermostProtocolOptions): TextProtocol {
  const { postedAck = false, parse, stringify = JSON.stringify } = options ?? {};
  /** Writes the keys in the order of the server's own client. JSON omits `data` if it is undefined. */
  const encode = ({ event, data, id }: OutgoingMessage): string =>
    stringify({ action: event, seq: id, data });

  const target = (attempt: AttemptContext): AttemptTarget => {
    const { auth, token, resume, lastCloseCode } = attempt;
    const url = withQuery(attempt.url, {
      // Both are sent from the first attempt on, and in this order, as the server's own client does.
      connection_id: resume?.connectionId ?? '',
      sequence_number: resume?.nextSeq ?? 0,
      posted_ack: postedAck || undefined,
      disconnect_err_code: lastCloseCode ?? undefined,
      access_token: auth === 'query' ? token : undefined,
    });
    const plain = { url, protocols: [], opening: [] };
    if (auth !== 'message' || token === undefined) return plain;
    const authId = attempt.nextId();
    const challenge = { event: 'authentication_challenge', data: { token }, id: authId };
    return { ...plain, opening: [encode({ kind: 'request', ...challenge })], authId };
  };

  const decode = (frame: InboundFrame, report?: (problem: PayloadProblem) => void): Decoded => {
    const decoded = decodeJsonFrame(frame, parse);
    switch (decoded.kind) {
      case 'event': {
        const { event, data } = decoded.event;
        if (!isRecord(data)) return decoded;
        for (const field of jsonFieldsOf(event)) {
          readLazily(data, field, parse, () => report?.({ event, field }));
        }
        return decoded;
      }
      case 'reply':
        return { ...decoded, result: withCause(decoded.result) };
      case 'hello':
      case 'ignored':
      case 'malformed':
      case 'unrecognised':
        return decoded;
      default:
        return decoded satisfies never;
    }
  };

  return {
    name: postedAck ? 'mattermost, posted_ack' : 'mattermost',
    defaultAuth: 'message',
    // The server ignores subprotocols.
    authModes: ['message', 'query', 'none'],
    connectedOn: 'first-frame',
    answersPings: 'surely',
    maxSendBytes: 8_192,
    target,
    decode,
    encode,
    ping: (id) => stringify({ action: 'ping', seq: id }),
  };
}

/** The protocol with default options: without `posted_ack`. */
export const mattermostProtocol: TextProtocol = /* @__PURE__ */ createMattermostProtocol();

/** The server does not close the socket of an expired session: it refuses every action, including the ping. */
function withCause(result: ReplyResult): ReplyResult {
  return result.status === 'failed' && result.details.status_code === 401
    ? { ...result, cause: 'unauthorized' }
    : result;
}

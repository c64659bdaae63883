/** Reads a handshake: the token, and the session that the client wants to continue. */
import type { ResumeRequest } from './session.ts';
import type { HubRequest } from './types.ts';

export interface Handshake {
  /** Undefined if the address and the subprotocols carry none. */
  readonly token: string | undefined;
  /** Null for a client that wants a new session. */
  readonly resume: ResumeRequest | null;
}

/** The subprotocol that carries a token, as base64url. The envelope's `auth: 'subprotocol'` offers it. */
const TOKEN_SUBPROTOCOL = 'everwire.token.';

export function readHandshake({ url = '', headers }: HubRequest): Handshake {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length));
  const id = query.get('connection_id');
  return {
    token: query.get('token') ?? tokenOf(headers['sec-websocket-protocol']),
    resume:
      id === null
        ? null
        : { id, nextSeq: Number(query.get('sequence_number')), position: query.get('position') ?? '' },
  };
}

function tokenOf(header: string | readonly string[] | undefined): string | undefined {
  const offered = [header ?? []].flat().join(',').split(',');
  const carrier = offered.map((name) => name.trim()).find((name) => name.startsWith(TOKEN_SUBPROTOCOL));
  return carrier && Buffer.from(carrier.slice(TOKEN_SUBPROTOCOL.length), 'base64url').toString('utf8');
}

/** A browser always sends its origin, and a page cannot change it. Other programs send none. */
export function isAllowedOrigin({ headers }: HubRequest, origins: readonly string[] | undefined): boolean {
  const { origin } = headers;
  return origins === undefined || origin === undefined || origins.includes(String(origin));
}

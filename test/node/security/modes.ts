/** The secrets, and the ways in which they can travel. All searches of this folder use them. */
import { type AuthMode, envelopeProtocol, type Protocol, type SimpleProtocol } from 'everwire/core';
import { mattermostProtocol } from 'everwire/mattermost';

/**
 * Contains characters that are written differently in a query, in JSON and in base64, and a core that is the same in
 * all.
 */
export const TOKEN = 'head/zebra4711okapi+tail "é"';
export const QUERY_KEY = 'lemur4711/key+x';
export const PASSWORD = 'tapir4711pass';
export const CONNECTION_ID = 'gecko4711session';

/** Texts that may appear nowhere but on the wire. */
export const SECRETS: readonly string[] = [TOKEN, 'zebra4711okapi', QUERY_KEY, 'lemur4711', PASSWORD];

/** Contains secrets of its own, in addition to the token. */
export const SECRET_URL = `wss://user:${PASSWORD}@h.test/ws?key=${encodeURIComponent(QUERY_KEY)}`;

/** The spellings in which a token is sent, and so may be quoted. */
export const quotes: readonly string[] = [
  TOKEN,
  encodeURIComponent(TOKEN),
  btoa(String.fromCharCode(...new TextEncoder().encode(TOKEN)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', ''),
];

export const protocols: readonly SimpleProtocol[] = [envelopeProtocol, mattermostProtocol];

export interface Mode {
  readonly name: string;
  readonly protocol: Protocol;
  readonly auth: AuthMode;
  readonly token: 'string' | 'function' | 'none';
}

const allAuthModes: readonly AuthMode[] = ['query', 'message', 'subprotocol', 'none'];

export const modes: readonly Mode[] = protocols.flatMap((protocol) =>
  (protocol.authModes ?? allAuthModes).flatMap((auth) =>
    (auth === 'none' ? (['none'] as const) : (['string', 'function'] as const)).map((token) => ({
      name: `${protocol.name}, auth '${auth}', token: ${token}`,
      protocol,
      auth,
      token,
    })),
  ),
);

/** What can go wrong on the page of chapter 05, and how the reader causes it. */
import type { IWebSocketConfig } from 'everwire';
import type { FakeServer } from 'everwire/testing';

export interface Situation {
  readonly label: string;
  /** Other props for the provider, from the moment it is chosen. */
  readonly props?: Partial<IWebSocketConfig>;
  /** What happens on the server then. */
  readonly act?: (server: FakeServer, account: Account) => void;
  /** The error that follows; null: none. */
  readonly code: string | null;
  /** A part of its message. */
  readonly message?: RegExp;
  /** What the user is told in the end; null: nothing. */
  readonly userSees: RegExp | null;
}

/** Whether the server accepts the reader's token. */
export interface Account {
  isSignedIn: boolean;
}

/** As if it came from a file without types. */
const misspelt: object = { reconectDelay: 500 };

const onlyNumbers = {
  '~standard': {
    version: 1,
    vendor: 'this page',
    validate: (value: unknown) =>
      typeof value === 'object' && value !== null && 'price' in value && typeof value.price === 'number'
        ? { value }
        : { issues: [{ message: 'must be a number', path: ['price'] }] },
  },
} as const;

export const schemas: IWebSocketConfig['schemas'] = { price: onlyNumbers };

export const situations: readonly [Situation, ...Situation[]] = [
  { label: 'Everything works', code: null, userSees: null },
  {
    label: 'The server is down',
    act(server) {
      server.refuse();
      server.drop();
    },
    code: 'attempts-exhausted',
    message: /Gave up after \d failed attempts/,
    userSees: /No connection\./,
  },
  {
    label: 'The session has ended',
    act(server, account) {
      account.isSignedIn = false;
      server.close(4401, 'signed out');
    },
    code: 'unauthorized',
    message: /The server refused the connection, because the token/,
    userSees: /Your session has ended\./,
  },
  {
    label: 'The token function fails',
    props: {
      identity: 'somebody else',
      token: () => {
        throw new Error('no answer from the login page');
      },
    },
    code: 'token-failed',
    message: /The token function failed: no answer/,
    userSees: /No connection\./,
  },
  {
    label: 'An option is misspelt',
    props: misspelt,
    code: 'invalid-config',
    message: /There is no option "reconectDelay"/,
    userSees: /do not work at the moment/,
  },
  {
    label: 'A frame is malformed',
    act: (server) => server.garble('json'),
    code: 'malformed-frame',
    message: /it is not JSON/,
    userSees: null,
  },
  {
    label: 'A price is a text',
    act: (server) => server.emit('price', { price: 'free' }),
    code: 'invalid-payload',
    message: /does not match its schema/,
    userSees: null,
  },
  {
    label: 'A handler throws',
    act: (server) => server.emit('rude', {}),
    code: 'handler-failed',
    message: /threw|failed/,
    userSees: null,
  },
];

/** The addresses and tokens that the app gives the client, which may be late, wrong, or never come. */
import type { IWebSocketConfig } from 'everwire/core';
import type { Setup } from './commands.ts';
import type { ModelServer } from './model-server.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Answer = 'rejects' | 'hangs' | 'is-slow' | 'is-empty' | 'is-wrong';

export interface Credentials {
  /** The part of the config with the address and the user, as of now. */
  config(): Pick<IWebSocketConfig, 'url' | 'token' | 'identity'>;
  readonly user: string;
  /** The newest token that the client received: an error may quote it. */
  readonly given: string;
  change(what: 'url' | 'token' | 'identity'): void;
  /** The user signs in again. */
  renew(): void;
  /** The answers to the next questions. */
  readonly urlScript: Answer[];
  readonly tokenScript: Answer[];
}

export interface CredentialsParts {
  readonly setup: Setup;
  readonly time: VirtualTime;
  readonly server: ModelServer;
  readonly random: () => number;
  /** A function of the config was called. Returns a callback for when it is answered, or no longer needed. */
  readonly onAsked: (what: 'url' | 'token', owner: string) => () => void;
}

/** Part of every token, so that leaks can be found. */
export const CANARY = 'canary';

const SLOW_MS = 4_000;

export function createCredentials({ setup, time, server, random, onAsked }: CredentialsParts): Credentials {
  const urlScript: Answer[] = [];
  const tokenScript: Answer[] = [];
  let identity = 1;
  let place = 1;
  let serial = 0;
  let version = 0;
  let given = 'nobody';

  const user = (): string => `u${identity}`;

  const tokenOf = (owner: string): string => {
    given = `${CANARY}.${owner}.${version}.${serial}`;
    return given;
  };

  const answer = (
    how: Answer | undefined,
    what: 'url' | 'token',
    right: () => string,
    done: () => void,
  ): string | Promise<string> => {
    switch (how) {
      case 'rejects':
        done();
        return Promise.reject(new Error(`no ${what} after ${given}`));
      case 'hangs':
        return new Promise(() => undefined);
      case 'is-slow':
        return new Promise((resolve) => {
          time.later(SLOW_MS, () => {
            done();
            resolve(right());
          });
        });
      case 'is-empty':
        done();
        return '';
      case 'is-wrong':
        done();
        return what === 'url' ? `ftp://nowhere/?key=${CANARY}` : '';
      case undefined:
        done();
        return random() < 0.5 ? right() : Promise.resolve(right());
      default:
        how satisfies never;
        return '';
    }
  };

  const url = (): IWebSocketConfig['url'] => {
    const address = `ws://model.test/p${place}${setup.auth === 'message' ? '?auth=message' : ''}`;
    if (setup.url === 'text') return address;
    const owner = user();
    return () => {
      const done = onAsked('url', owner);
      return answer(urlScript.shift(), 'url', () => address, done);
    };
  };

  const token = (): NonNullable<IWebSocketConfig['token']> => {
    const owner = user();
    if (setup.token === 'text') return tokenOf(owner);
    return ({ reason, signal }) => {
      const done = onAsked('token', owner);
      signal.addEventListener('abort', done);
      if (reason === 'unauthorized') version = server.tokenVersion(owner);
      return answer(tokenScript.shift(), 'token', () => tokenOf(owner), done);
    };
  };

  return {
    urlScript,
    tokenScript,
    get user() {
      return user();
    },
    get given() {
      return given;
    },
    config: () => ({
      url: url(),
      ...(setup.auth === 'none' ? {} : { token: token() }),
      // The identity of a function does not tell which user it belongs to.
      ...(setup.identity === 'given' || setup.token === 'function' ? { identity: user() } : {}),
    }),
    change(what) {
      serial += 1;
      if (what === 'url') place += 1;
      if (what === 'identity') identity += 1;
      if (what === 'identity') version = server.tokenVersion(user());
    },
    renew() {
      const newest = server.tokenVersion(user());
      if (version === newest) return;
      version = newest;
      serial += 1;
    },
  };
}

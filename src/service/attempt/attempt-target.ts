/** Finds where an attempt connects to: calls the url and token functions, then the protocol writes the address. */
import { describeThrown, failure, WebSocketServiceError } from '../../errors.ts';
import type { AttemptContext, AttemptTarget } from '../../protocols/protocol.ts';
import { resolveAddress } from '../../transport/address.ts';
import type { TokenContext } from '../../types.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Reporter } from '../reporting/reporter.ts';

/** What is known about an attempt before its url and token are. */
export type AttemptFacts = Pick<AttemptContext, 'resume' | 'lastCloseCode' | 'nextId'> & TokenContext;

/** Where the attempt connects to, and the token that it was written with. */
export interface FoundTarget {
  readonly target: AttemptTarget;
  readonly token: string | undefined;
}

/**
 * Calls `done` once, with the target or an error. Calls it synchronously if neither url nor token is a function. An attempt
 * that has ended gets no target.
 */
export function findTarget(
  { url, token, protocol, auth }: ResolvedConfig,
  { reason, signal, ...facts }: AttemptFacts,
  { clean, learn }: Reporter,
  done: (result: FoundTarget | WebSocketServiceError) => void,
): void {
  /** Without a `cause`: an error about a secret may quote it. */
  const wordsOf = (thrown: unknown): { words: string } => ({ words: clean(describeThrown(thrown)) });

  const ask = async (option: 'url' | 'token', question: () => unknown): Promise<string> => {
    let found: unknown;
    try {
      found = await question();
    } catch (thrown) {
      throw failure(`${option}-failed/threw`, wordsOf(thrown));
    }
    if (typeof found === 'string' && found !== '') return found;
    // The cookie is what counts, so a function that only renews it may return nothing.
    if (option === 'token' && auth === 'cookie') return '';
    throw failure(`${option}-failed/nothing`, {});
  };

  const write = (foundUrl: string, foundToken?: string): FoundTarget | WebSocketServiceError => {
    try {
      // With `cookie` the function has renewed the session. What it returned is not sent.
      const sentToken = auth === 'cookie' ? undefined : foundToken;
      const target = protocol.target({ ...facts, url: foundUrl, auth, token: sentToken });
      return { target, token: sentToken };
    } catch (thrown) {
      if (thrown instanceof WebSocketServiceError) return thrown;
      return failure('url-failed/protocol-threw', wordsOf(thrown));
    }
  };

  if (typeof url === 'string' && typeof token !== 'function') return done(write(url, token ?? undefined));

  const absolute = (found: string): string => {
    const address = resolveAddress(found);
    if (address.flaw === undefined) return address.url;
    throw failure('url-failed/address', { url: clean(address.url), flaw: address.flaw });
  };
  const learnToken = (found: string): string => {
    if (found !== '') learn(found, 'token');
    return found;
  };
  Promise.all([
    typeof url === 'string' ? url : ask('url', () => url({ reason, signal })).then(absolute),
    typeof token === 'function'
      ? ask('token', () => token({ reason, signal })).then(learnToken)
      : (token ?? undefined),
  ])
    // The answer may come after the attempt has ended. A protocol may take each call of `target` for an attempt.
    .then((found) => signal.aborted || done(write(...found)), done);
}

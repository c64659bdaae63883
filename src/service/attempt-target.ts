/** Where does this attempt go? Asks the url and token functions, and lets the protocol write the address. */
import { describeThrown, failure, WebSocketServiceError } from '../errors.ts';
import type { AttemptContext, AttemptTarget } from '../protocols/protocol.ts';
import { resolveAddress } from '../transport/address.ts';
import type { TokenContext } from '../types.ts';
import type { ResolvedConfig } from './config.ts';
import type { Redactor } from './redactor.ts';

/** What one attempt knows, before it knows its url and token. */
export type AttemptFacts = Pick<AttemptContext, 'resume' | 'lastCloseCode' | 'nextId'> & TokenContext;

/** Calls back once, with the target or with what went wrong; at once where nothing has to be waited for. */
export function findTarget(
  { url, token, protocol, auth }: ResolvedConfig,
  { reason, signal, ...facts }: AttemptFacts,
  redactor: Redactor,
  done: (result: AttemptTarget | WebSocketServiceError) => void,
): void {
  /** No `cause`: what such a function throws may well quote the secret that it was about. */
  const wordsOf = (thrown: unknown): { words: string } => ({ words: redactor.clean(describeThrown(thrown)) });

  const ask = async (option: 'url' | 'token', question: () => unknown): Promise<string> => {
    let found: unknown;
    try {
      found = await question();
    } catch (thrown) {
      throw failure(`${option}-failed/threw`, wordsOf(thrown));
    }
    if (typeof found === 'string' && found !== '') return found;
    throw failure(`${option}-failed/nothing`, {});
  };

  const write = (foundUrl: string, foundToken?: string): AttemptTarget | WebSocketServiceError => {
    try {
      return protocol.target({ ...facts, url: foundUrl, auth, token: foundToken });
    } catch (thrown) {
      if (thrown instanceof WebSocketServiceError) return thrown;
      return failure('url-failed/protocol-threw', wordsOf(thrown));
    }
  };

  if (typeof url === 'string' && typeof token !== 'function') return done(write(url, token ?? undefined));

  const absolute = (found: string): string => {
    const address = resolveAddress(found);
    if (address.flaw === undefined) return address.url;
    throw failure('url-failed/address', { url: redactor.clean(address.url), flaw: address.flaw });
  };
  const learn = (found: string): string => {
    redactor.learn(found, 'token');
    return found;
  };
  Promise.all([
    typeof url === 'string' ? url : ask('url', url).then(absolute),
    typeof token === 'function'
      ? ask('token', () => token({ reason, signal })).then(learn)
      : (token ?? undefined),
  ])
    .then((found) => write(...found))
    .then(done, done);
}

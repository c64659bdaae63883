/** Where does this attempt go? Asks the url and token functions, and lets the protocol write the address. */
import { describeThrown, WebSocketServiceError } from '../errors.ts';
import type { AttemptContext, AttemptTarget } from '../protocols/protocol.ts';
import { resolveAddress } from '../transport/address.ts';
import type { TokenContext } from '../types.ts';
import type { ResolvedConfig } from './config.ts';
import type { Redactor } from './redactor.ts';

/** What one attempt knows, before it knows its url and token. */
export type AttemptFacts = Pick<AttemptContext, 'resume' | 'lastCloseCode' | 'nextId'> & TokenContext;

/** Calls back once, with the target or with what went wrong; at once where nothing has to be waited for. */
export function findTarget(
  config: ResolvedConfig,
  facts: AttemptFacts,
  redactor: Redactor,
  done: (result: AttemptTarget | WebSocketServiceError) => void,
): void {
  const { url, token } = config;
  if (typeof url === 'string' && typeof token !== 'function') {
    return done(buildTarget(config, facts, url, token ?? undefined, redactor));
  }
  Promise.all([askUrl(config, redactor), askToken(config, facts, redactor)])
    .then(([foundUrl, foundToken]) => buildTarget(config, facts, foundUrl, foundToken, redactor))
    .then(done, (error: unknown) => done(asTyped(error, redactor)));
}

async function askUrl({ url }: ResolvedConfig, redactor: Redactor): Promise<string> {
  if (typeof url === 'string') return url;
  const found: unknown = await ask(url, 'url', redactor);
  if (typeof found !== 'string' || found === '') {
    throw new WebSocketServiceError(
      'url-failed',
      'The url function returned no url. Return a string that is not empty.',
    );
  }
  const address = resolveAddress(found);
  if (address.kind === 'unusable') throw new WebSocketServiceError('url-failed', address.problem);
  return address.url;
}

async function askToken(
  { token }: ResolvedConfig,
  { reason, signal }: TokenContext,
  redactor: Redactor,
): Promise<string | undefined> {
  if (typeof token !== 'function') return token ?? undefined;
  const found: unknown = await ask(() => token({ reason, signal }), 'token', redactor);
  if (typeof found !== 'string' || found === '') {
    throw new WebSocketServiceError(
      'token-failed',
      'The token function returned no token. Return a string that is not empty, or reject with what went wrong.',
    );
  }
  redactor.learn(found, 'token');
  return found;
}

/** No `cause`: what such a function throws may well quote the secret that it was about. */
async function ask<T>(question: () => T, what: 'url' | 'token', redactor: Redactor): Promise<Awaited<T>> {
  try {
    return await question();
  } catch (thrown) {
    const words = redactor.clean(describeThrown(thrown));
    throw new WebSocketServiceError(`${what}-failed`, `The ${what} function failed: ${words}`);
  }
}

function buildTarget(
  { protocol, auth }: ResolvedConfig,
  { resume, lastCloseCode, nextId }: AttemptFacts,
  url: string,
  token: string | undefined,
  redactor: Redactor,
): AttemptTarget | WebSocketServiceError {
  try {
    return protocol.target({ url, auth, token, resume, lastCloseCode, nextId });
  } catch (thrown) {
    return asTyped(thrown, redactor);
  }
}

function asTyped(thrown: unknown, redactor: Redactor): WebSocketServiceError {
  if (thrown instanceof WebSocketServiceError) return thrown;
  const words = redactor.clean(describeThrown(thrown));
  return new WebSocketServiceError('url-failed', `The protocol could not write the address: ${words}`);
}

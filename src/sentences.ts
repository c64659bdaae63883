/** How is each problem said? One sentence for each, with what to do about it; in production only its name. */
import type { MalformedReason } from './protocols/protocol.ts';
import { LONGEST_TIMER_MS } from './timer-limit.ts';

/**
 * Every problem, with the facts that its sentence is made of: they are the error's `details`. A name begins with the
 * error's code; what follows the slash tells the causes of one code apart.
 */
export interface Problems {
  'invalid-config/no-object': NoFacts;
  'invalid-config/no-url': Option;
  'invalid-config/unknown-option': Option & { readonly known: readonly string[] };
  'invalid-config/wrong-value': Option & { readonly wanted: Wanted };
  'invalid-config/no-websocket': Option;
  'invalid-config/unknown-auth': Option & {
    readonly protocol: string;
    readonly auth: string;
    readonly modes: readonly string[];
  };
  'invalid-config/refused-by-environment': { readonly name: string };
  'invalid-config/address': Option & Address;
  'missing-provider': NoFacts;
  'url-failed/threw': Words;
  'url-failed/nothing': NoFacts;
  'url-failed/address': Address;
  'url-failed/protocol-threw': Words;
  'token-failed/threw': Words;
  'token-failed/nothing': NoFacts;
  'connect-timeout/token': ConnectTimeout;
  'connect-timeout/server': ConnectTimeout;
  'connect-timeout/silent': NoFacts;
  'connection-failed': { readonly code: number };
  'attempts-exhausted': { readonly failures: number };
  'unauthorized/fixed-token': NoFacts;
  'unauthorized/fresh-token': NoFacts;
  'fatal-close': { readonly code: number | null };
  'malformed-frame': { readonly reason: MalformedReason; readonly length: number | null };
  'invalid-payload/field': Message & { readonly field: string };
  'invalid-payload/schema': Message & Words & { readonly issues: readonly PayloadIssue[] };
  'invalid-payload/no-verdict': Message & Words;
  'resync-failed/threw': Words;
  'resync-failed/late': { readonly resyncTimeout: number };
  'handler-failed/threw': Words & { readonly what: string };
  'handler-failed/nonsense': Option & { readonly answer: string; readonly wanted: Wanted };
  'invalid-argument/service': NoFacts;
  'invalid-argument/event-name': NoFacts;
  'invalid-argument/message-name': NoFacts;
  'invalid-argument/request-timeout': NoFacts;
  'invalid-argument/grace': NoFacts;
  'invalid-argument/limit': NoFacts;
  'invalid-argument/pipeline': NoFacts;
  'invalid-argument/inputs': NoFacts;
  'not-serializable': Message & Words;
  'message-dropped': Message & { readonly reason: 'full' | 'expired' | 'disconnected' };
  'too-large': Message & { readonly limitBytes: number | null };
  'send-buffer-full': Message & { readonly limitBytes: number };
  'not-connected/now': Message;
  'not-connected/never': NoFacts;
  'connection-lost': NoFacts;
  'request-timeout': Message & { readonly timeoutMs: number };
  'request-aborted': Message;
  'request-failed': Message & Words & { readonly server: Readonly<Record<string, unknown>> };
  disposed: NoFacts;
}

export type Problem = keyof Problems;

/** What is wrong with an address. */
export type AddressFlaw = 'no-host' | 'not-an-address' | 'scheme' | 'fragment' | 'insecure';

/** What an option, or the answer of a function, must be. */
export type Wanted =
  | 'ms'
  | 'positive-ms'
  | 'count'
  | 'positive-count'
  | 'function'
  | 'string'
  | 'string-or-function'
  | 'token'
  | 'false-or-object'
  | 'schemas'
  | 'auth'
  | 'batch'
  | 'backoff'
  | 'verdict'
  | 'fraction'
  | 'logger'
  | 'protocol';

/** What a schema has against a payload, and where in it. */
export type PayloadIssue = {
  readonly message: string;
  readonly path: readonly (string | number)[];
};

type NoFacts = {
  readonly [fact: string]: never;
};

type Option = {
  readonly option: string;
};

type Address = {
  /** As it may be shown. */
  readonly url: string;
  readonly flaw: AddressFlaw;
};

/** Not our words, with no secret in them. */
type Words = {
  readonly words: string;
};

type ConnectTimeout = {
  readonly connectTimeoutMs: number;
};

type Message = {
  readonly event: string;
};

/**
 * The words of an error. Bundlers set `process.env.NODE_ENV`, for React needs it too; in production the sentences are
 * left out of the bundle, and the problem's name is to be looked up. So it is where there is no `process` at all.
 */
export function sentenceOf<P extends Problem>(problem: P, facts: Problems[P]): string {
  try {
    return process.env.NODE_ENV === 'production'
      ? `Everwire: ${problem} (${Object.values(facts)}). What to do: docs/errors.md`
      : sentences[problem](facts);
  } catch {
    // What a server wrote may have no text.
    return `Everwire: ${problem}. What to do: docs/errors.md`;
  }
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** A function, because what is computed when a file is loaded stays in the bundle. */
function wordsOf(wanted: Wanted): string {
  const words: Readonly<Record<Wanted, string>> = {
    ms: `a number of milliseconds from 0 to ${LONGEST_TIMER_MS}`,
    'positive-ms': `a number of milliseconds from 1 to ${LONGEST_TIMER_MS}`,
    count: 'a whole number from 0, or Infinity',
    'positive-count': 'a whole number from 1, or Infinity',
    function: 'a function',
    string: 'a string',
    'string-or-function': 'a string or a function',
    token: 'a string or a function',
    'false-or-object': 'false or an object',
    auth: "one of 'query', 'message', 'subprotocol', 'none'",
    batch: "one of 'frame', 'microtask', 'sync'",
    backoff: "'vendor', 'decorrelated' or a function",
    fraction: 'a number from 0 to less than 1',
    verdict: "'retry', 'restart', 'auth' or 'fatal'",
    logger: 'an object with debug, info, warn, error',
    protocol:
      "an object with target, decode, encode, a name, and a connectedOn that is 'open' or 'first-frame'",
    schemas: 'an object of Standard Schemas by event name, as zod 3.24, valibot 1 and arktype 2 make them',
  };
  return words[wanted];
}

const addressWords: Readonly<Record<AddressFlaw, (url: string) => string>> = {
  'no-host': (url) =>
    `The url "${url}" has no host, and there is no page to take one from. Write wss://host/path.`,
  'not-an-address': (url) => `The url "${url}" is not an address. Write it like wss://example.com/ws.`,
  scheme: (url) =>
    `The url "${url}" has the scheme ${url.slice(0, url.indexOf(':') + 1)} Use wss: (or ws:, http:, https:, or none).`,
  fragment: (url) => `The url "${url}" has a #fragment, which a WebSocket address can't have. Leave it out.`,
  insecure: (url) => `The page came over https:, so a browser refuses the insecure "${url}". Use wss:.`,
};

const malformedWords: Readonly<Record<MalformedReason, string>> = {
  'not-json': 'it is not JSON',
  'not-an-object': 'it is JSON, but not an object',
  'no-event-name': 'it has no event name',
  'unsafe-seq': 'its seq is not a safe whole number from 0',
  'bad-hello': 'its hello has no usable connection_id',
  binary: 'it is binary, which this protocol does not speak',
  'too-long': 'it is longer than maxFrameLength',
};

const dropWords = {
  full: 'the queue was full, and it was the oldest in it',
  expired: 'the link stayed down for longer than its lifetime (sendQueue.ttl)',
  disconnected: 'the connection it waited for was given up or closed',
};

const sentences: { readonly [P in Problem]: (facts: Problems[P]) => string } = {
  'invalid-config/no-object': () => 'The config must be an object with a url.',
  'invalid-config/no-url': () => "The config has no url. Pass one, or '' for not yet.",
  'invalid-config/unknown-option': ({ option, known }) =>
    `There is no option "${option}". The options are ${known.join(', ')}.`,
  'invalid-config/wrong-value': ({ option, wanted }) => `The option "${option}" must be ${wordsOf(wanted)}.`,
  'invalid-config/no-websocket': () =>
    'This environment has no WebSocket. Pass one, such as that of the package ws.',
  'invalid-config/unknown-auth': ({ protocol, auth, modes }) =>
    `The protocol "${protocol}" does not know auth '${auth}'. Use one of ${modes.map((mode) => `'${mode}'`).join(', ')}.`,
  'invalid-config/refused-by-environment': ({ name }) =>
    `The environment refused to make this WebSocket (${name}). Check the url, and the page's security policy.`,

  'invalid-config/address': ({ url, flaw }) => addressWords[flaw](url),

  'missing-provider': () =>
    'No <WebSocketProvider> was found above this component. Put one around your app: ' +
    '<WebSocketProvider url="wss://…" token={token}><App /></WebSocketProvider>.',

  'url-failed/threw': ({ words }) => `The url function failed: ${words}`,
  'url-failed/nothing': () => 'The url function returned no url. Return a string that is not empty.',
  'url-failed/address': ({ url, flaw }) => addressWords[flaw](url),
  'url-failed/protocol-threw': ({ words }) => `The protocol could not write the address: ${words}`,
  'token-failed/threw': ({ words }) => `The token function failed: ${words}`,
  'token-failed/nothing': () =>
    'The token function returned no token. Return a string that is not empty, or reject with what went wrong.',

  'connect-timeout/token': ({ connectTimeoutMs }) =>
    `The url or token function did not answer within ${connectTimeoutMs} ms (connectTimeout). ` +
    'Let it reject instead of waiting for ever.',
  'connect-timeout/server': ({ connectTimeoutMs }) =>
    `The server did not complete the connection within ${connectTimeoutMs} ms (connectTimeout). ` +
    'Is the address right, and the server up?',
  'connect-timeout/silent': () =>
    'The server took the connection, and then said nothing, not even in answer to a ping.',
  'connection-failed': ({ code }) =>
    `The connection could not be opened (close code ${code}). A browser does not say why: the server may be ` +
    'down, unreachable, or refusing this page or token.',
  'attempts-exhausted': ({ failures }) =>
    `Gave up after ${failures} failed ${failures === 1 ? 'attempt' : 'attempts in a row'}. ` +
    'Call reconnect() to try again, or raise reconnectAttempts (Infinity never gives up).',
  'unauthorized/fixed-token': () =>
    'The server refused the token, or wants one and got none. Pass another one, or a token function that can be asked for a fresh one.',
  'unauthorized/fresh-token': () =>
    'The server refused the token, and a fresh one too. Sign in again, then call reconnect() or pass the new token.',
  'fatal-close': ({ code }) =>
    `The server closed the connection with code ${code ?? 'unknown'}, which closePolicy calls fatal. ` +
    'Call reconnect() when the cause is mended.',

  'malformed-frame': ({ reason }) => `A frame was left out, because ${malformedWords[reason]}.`,
  'invalid-payload/field': ({ event, field }) =>
    `The field "${field}" of "${event}" could not be read, and is left undefined. The server has written it wrongly.`,
  'invalid-payload/schema': ({ event, words }) =>
    `A "${event}" was left out, because its data is not what its schema says: ${words}. ` +
    'Mend the server, or the schema.',
  'invalid-payload/no-verdict': ({ event, words }) =>
    `A "${event}" was left out, because its schema came to no verdict: ${words}.`,
  'resync-failed/threw': ({ words }) =>
    `resync failed: ${words}. What was held goes on, and what is shown may be old. Try again, or say so on the page.`,
  'resync-failed/late': ({ resyncTimeout }) =>
    `resync was not done within ${resyncTimeout} ms (resyncTimeout). What was held goes on, and what is shown may be old.`,
  'handler-failed/threw': ({ what, words }) => `${what} threw: ${words}`,
  'handler-failed/nonsense': ({ option, answer, wanted }) =>
    `The option ${option} returned ${answer}. Let it return ${wordsOf(wanted)}.`,

  'invalid-argument/service': () =>
    'This service was not made by createWebSocketService(). Make it with that, or leave the service prop out.',
  'invalid-argument/event-name': () =>
    'An event name must be a string that is not empty, or a list of such strings.',
  'invalid-argument/message-name': () => 'A message needs a name: a string that is not empty.',
  'invalid-argument/request-timeout': () => `The timeout of a request must be ${wordsOf('positive-ms')}.`,
  'invalid-argument/grace': () => 'The grace must be a number of milliseconds from 0.',
  'invalid-argument/limit': () => 'The limit of useWsEvents must be a whole number from 1.',
  'invalid-argument/pipeline': () =>
    'The pipeline of useWsStream must be a function that returns an Observable: (events$) => events$.pipe(…).',
  'invalid-argument/inputs': () => 'The inputs of useWsStream must be an array, such as [symbol].',

  'not-serializable': ({ event, words }) =>
    `The data of "${event}" can't be sent: ${words}. Send only what JSON can hold.`,
  'message-dropped': ({ event, reason }) => `The queued "${event}" was not sent: ${dropWords[reason]}.`,
  'too-large': ({ event, limitBytes }) =>
    limitBytes === null
      ? `The server closed the connection over a message that was too large, probably "${event}". Send less, or in parts.`
      : `"${event}" was not sent: the server takes at most ${limitBytes} bytes in one message. Send less, or in parts.`,
  'send-buffer-full': ({ event, limitBytes }) =>
    `"${event}" was not sent: ${limitBytes} bytes are still waiting to leave. Send less, or less often.`,
  'not-connected/now': ({ event }) =>
    `"${event}" was not sent, because there is no connection. Wait until the status is 'connected'.`,
  'not-connected/never': () =>
    'There is nothing to reconnect to: call connect() first, with a url and (if the server wants one) a token.',
  'connection-lost': () =>
    'The connection was lost before the reply came. The server may have acted on the request all the same.',
  'request-timeout': ({ event, timeoutMs }) =>
    `The server did not reply to "${event}" within ${timeoutMs} ms. It may have acted on it all the same.`,
  'request-aborted': ({ event }) => `The request "${event}" was aborted.`,
  'request-failed': ({ event, words }) => `The server refused "${event}": ${words}`,
  disposed: () => 'This service was disposed of. Make another: createWebSocketService().',
};

/** One sentence for each problem: what happened, then what to do. Production bundles contain only the problem's name. */
import type { AddressFlaw, Problem, Problems, Wanted } from './problems.ts';
import type { MalformedReason, UnrecognisedReason } from './protocols/protocol.ts';
import { LONGEST_TIMER_MS } from './timer-limit.ts';

/**
 * The message of an error. Bundlers replace `process.env.NODE_ENV`, as React requires. A production bundle contains no
 * sentences: the message is the name of the problem, and the page that explains it. It is the same without a
 * `process`.
 */
export function sentenceOf<P extends Problem>(problem: P, facts: Problems[P]): string {
  try {
    return process.env.NODE_ENV === 'production'
      ? `Everwire: ${problem} (${Object.values(facts)}). See node_modules/everwire/docs/errors.md`
      : sentences[problem](facts);
  } catch {
    // There is no `process`, or a fact from the server does not convert to a string.
    return `Everwire: ${problem}. See node_modules/everwire/docs/errors.md`;
  }
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** A function, so that a production bundle drops the texts: a bundler keeps code that runs on load. */
function describeWanted(wanted: Wanted): string {
  const descriptions: Readonly<Record<Wanted, string>> = {
    ms: `a number of milliseconds from 0 to ${LONGEST_TIMER_MS}`,
    'positive-ms': `a number of milliseconds from 1 to ${LONGEST_TIMER_MS}`,
    count: 'an integer from 0, or Infinity',
    'positive-count': 'an integer from 1, or Infinity',
    function: 'a function',
    string: 'a string',
    'string-or-function': 'a string or a function',
    token: 'a string or a function',
    'false-or-object': 'false or an object',
    heartbeat: "'auto', false or an object",
    auth: "one of 'query', 'message', 'subprotocol', 'cookie', 'none'",
    batch: "one of 'frame', 'microtask', 'sync'",
    backoff: "'vendor', 'decorrelated' or a function",
    fraction: 'a number from 0 up to, but not including, 1',
    verdict: "'retry', 'restart', 'auth', 'fatal' or 'done'",
    channels: 'an object with the functions join and leave (and, if needed, of, many and left)',
    logger: 'an object with the functions debug, info, warn and error',
    protocol:
      "an object with a name, the functions target, decode and encode (or target and open), and a connectedOn of 'open', " +
      "'first-frame' or 'hello'",
    schemas:
      'an object that maps event names to Standard Schemas (of zod 3.24, valibot 1 or arktype 2), or a function (name) => schema',
  };
  return descriptions[wanted];
}

/** What the options of a live query must be that are no functions. */
const liveWanted: Readonly<Record<string, string>> = {
  key: "an array or a string that can be written as JSON, or undefined, null, '' or false for none",
  queryKey: 'an array',
  on: 'an object that maps event names to functions: { posted: (data, event) => data }',
  gcTime: 'a number of milliseconds from 0, or Infinity',
};

const addressSentences: Readonly<Record<AddressFlaw, (url: string) => string>> = {
  'no-host': (url) =>
    `The url "${url}" has no host, and there is no page whose host could be used. Write it as wss://host/path.`,
  'not-an-address': (url) => `The url "${url}" is not a valid address. Write it as wss://host/path.`,
  scheme: (url) =>
    `The url "${url}" has the scheme "${url.slice(0, url.indexOf(':') + 1)}". Use wss: (or ws:, http:, https:, or none).`,
  fragment: (url) => `The url "${url}" has a #fragment, which a WebSocket address can't have. Remove it.`,
  insecure: (url) =>
    `The page was loaded over https:, so the browser refuses the insecure "${url}". Use wss:.`,
};

/** Each copy of the package has a React context and services of its own, and cannot see those of another. */
function twoCopies(what: string): string {
  return (
    `If ${what}, the page has loaded two copies of everwire, which cannot see each other: \`npm ls everwire\` lists the ` +
    "versions that are installed; align them, or add everwire to your bundler's dedupe option (in Vite: resolve.dedupe)."
  );
}

const malformedReasons: Readonly<Record<MalformedReason, string>> = {
  'not-json': 'it is not JSON',
  'unsafe-seq': 'its seq is not a safe integer from 0',
  'bad-hello': 'it is a hello whose connection_id is not a string of 1 to 256 characters',
  binary: 'it is binary, which this protocol does not support',
  'too-long': 'it is longer than maxFrameLength',
};

const unrecognisedReasons: Readonly<Record<UnrecognisedReason, string>> = {
  text: 'a text that is not JSON. If it is a heartbeat, createEnvelopeProtocol({ heartbeat }) can answer it',
  'not-an-object':
    'JSON that is not an object. If the server has a format of its own, write a protocol for it',
  'no-event-name':
    'an object with no event name, such as an error. If the server has a format of its own, write a protocol for it',
  'unknown-type': 'a message of a type that the protocol does not know',
};

const dropReasons = {
  full: 'the queue was full, and it was the oldest message. Send less, or raise sendQueue.limit',
  expired: 'there was no connection for longer than sendQueue.ttl. Send it again once connected',
  disconnected: 'the connection was closed or given up. Send it again once connected',
};

const sentences: { readonly [P in Problem]: (facts: Problems[P]) => string } = {
  'invalid-config/no-object': () => 'The config must be an object with a url.',
  'invalid-config/no-url': () =>
    "The config has no url. Pass the address of the server, such as wss://example.com/ws. If it is not known yet, pass '': " +
    'the connection waits for it.',
  'invalid-config/unknown-option': ({ option, known }) =>
    `There is no option "${option}". The options are ${known.join(', ')}.`,
  'invalid-config/wrong-value': ({ option, wanted }) =>
    `The option "${option}" must be ${describeWanted(wanted)}.`,
  'invalid-config/no-websocket': () =>
    'This environment has no WebSocket class. Pass one as the option WebSocket, such as that of the package ws.',
  'invalid-config/unknown-auth': ({ protocol, auth, modes }) =>
    `The protocol "${protocol}" does not support auth '${auth}'. Use one of ${modes.map((mode) => `'${mode}'`).join(', ')}.`,
  'invalid-config/refused-by-environment': ({ name }) =>
    `The environment refused to create this WebSocket (${name}). Check the url and the page's Content Security Policy.`,

  'invalid-config/new-protocol': ({ protocol }) =>
    `The protocol "${protocol}" was created again while it was in use. The link keeps the first object, and with it the ` +
    'state that its functions hold; the next link gets the new one, without that state. Create the protocol once, outside ' +
    'your components, and keep state in open().',

  'invalid-config/two-providers': ({ option }) =>
    `Two mounted providers have the same service, but not the same "${option}". The connection uses the config that was ` +
    'changed last. Give both the same config, or each a service of its own (createWebSocketService(), or no service prop).',
  'invalid-config/no-channels': ({ protocol }) =>
    `The protocol "${protocol}" does not say how channels are joined. Pass the option channels: ` +
    '{ join: (name) => ({ event, data }), leave: (name) => ({ event, data }) }.',

  'invalid-config/not-in-worker': ({ option, kind }) =>
    `The option "${option}" is ${kind}, which can't be passed to a worker. Leave it out, or share without a worker: acrossTabs().`,

  'invalid-config/address': ({ url, flaw }) => addressSentences[flaw](url),

  'missing-provider': () =>
    'No <WebSocketProvider> was found above this component. Put one around your app: ' +
    `<WebSocketProvider url="wss://…" token={token}><App /></WebSocketProvider>. ${twoCopies('there is one')}`,

  'url-failed/threw': ({ words }) => `The url function failed: ${words}`,
  'url-failed/nothing': () => 'The url function returned no url. Return a non-empty string.',
  'url-failed/address': ({ url, flaw }) => addressSentences[flaw](url),
  'url-failed/protocol-threw': ({ words }) => `The protocol failed to create the address: ${words}`,
  'token-failed/threw': ({ words }) => `The token function failed: ${words}`,
  'token-failed/nothing': () =>
    'The token function returned no token. Return a non-empty string, or reject with the reason.',

  'connect-timeout/token': ({ connectTimeoutMs }) =>
    `The url or token function did not answer within ${connectTimeoutMs} ms (connectTimeout). ` +
    'Make it reject if it gets no answer.',
  'connect-timeout/server': ({ connectTimeoutMs }) =>
    `The server did not complete the connection within ${connectTimeoutMs} ms (connectTimeout). ` +
    'Check the address, and whether the server is running.',
  'connect-timeout/silent': () =>
    'The server accepted the connection, but sent nothing, or nothing that completes the handshake of the protocol. ' +
    'Check the server and its proxy.',
  'connect-timeout/waited': ({ timeoutMs }) =>
    `There was no connection within ${timeoutMs} ms (the timeout of whenConnected). It is still being opened.`,
  'connection-failed': ({ code }) =>
    `The connection could not be opened (close code ${code}). Browsers do not say why: the server may be ` +
    'down, unreachable, or refusing this page or token.',
  'attempts-exhausted': ({ failures }) =>
    `Gave up after ${failures} failed ${failures === 1 ? 'attempt' : 'attempts in a row'}. ` +
    'Call reconnect() to try again, or raise reconnectAttempts (Infinity never gives up; set backoff to "decorrelated" with it).',
  'unauthorized/fixed-token': () =>
    'The server refused the connection, because the token is missing, wrong or expired. Pass another token, and it connects ' +
    'again. A function as token is asked for a fresh one each time this happens.',
  'unauthorized/fresh-token': () =>
    'The server refused the token, and a fresh one too. Sign in again, then call reconnect() or pass the new token.',
  'fatal-close': ({ code }) =>
    `The server closed the connection with code ${code ?? 'unknown'}, which closePolicy classifies as fatal. ` +
    'Call reconnect() once the cause is fixed.',

  'heartbeat-refused': ({ code }) =>
    `The server closed the connection (code ${code}) because of a ping, so it gets no more pings. ` +
    'Make it answer pings, or set heartbeat to false, or to { expect } if it sends a heartbeat of its own.',
  'malformed-frame': ({ reason }) =>
    `A frame was dropped because ${malformedReasons[reason]}. ` +
    (reason === 'too-long' ? 'Send less, or raise maxFrameLength.' : 'Fix the server.'),
  'unrecognised-frame': ({ reason }) =>
    `The server sent ${unrecognisedReasons[reason]}. Frames like this are ignored, and this is reported only once.`,
  'invalid-payload/field': ({ event, field }) =>
    `The field "${field}" of "${event}" could not be read and is undefined. The server sent malformed JSON in it.`,
  'invalid-payload/schema': ({ event, words }) =>
    `An event "${event}" was dropped because its data does not match its schema: ${words}. ` +
    'Fix the server or the schema.',
  'invalid-payload/no-verdict': ({ event, words }) =>
    `An event "${event}" was dropped because its schema threw or did not finish: ${words}. Fix the schema.`,
  'resync-failed/threw': ({ words }) =>
    `resync failed: ${words}. Held events were released; displayed data may be stale. ` +
    'Fetch it again, or show that it may be stale.',
  'resync-failed/late': ({ resyncTimeout }) =>
    `resync did not finish within ${resyncTimeout} ms (resyncTimeout). Held events were released; displayed data may be stale. ` +
    'Fetch it again, or show that it may be stale.',
  'handler-failed/threw': ({ what, words }) => `${what} threw: ${words}`,
  'handler-failed/nonsense': ({ option, answer, wanted }) =>
    `The option ${option} returned ${answer}. It must return ${describeWanted(wanted)}.`,

  'invalid-argument/service': () =>
    'This service was not created by createWebSocketService() of this copy of everwire. Create it with that function, or ' +
    `omit it. ${twoCopies('it was')}`,
  'invalid-argument/event-name': () => 'An event name must be a non-empty string, or a list of such strings.',
  'invalid-argument/channel-name': () => 'The name of a channel must be a non-empty string.',
  'invalid-argument/channel-from': () =>
    "The place `from` which a channel is joined must be { last: n } with an integer from 1, 'start', 'now' or a position.",
  'invalid-argument/message-name': () => 'The name of a message must be a non-empty string.',
  'invalid-argument/request-timeout': () =>
    `The timeout of a request must be ${describeWanted('positive-ms')}.`,
  'invalid-argument/wait-timeout': () =>
    `The timeout of whenConnected must be ${describeWanted('positive-ms')}.`,
  'invalid-argument/grace': () => 'The grace must be a number of milliseconds from 0.',
  'invalid-argument/limit': () => 'The limit of useWsEvents must be an integer from 1.',
  'invalid-argument/pipeline': () =>
    'The pipeline of useWsStream must be a function that returns an Observable: (events$) => events$.pipe(…).',
  'invalid-argument/inputs': () => 'The inputs of useWsStream must be an array, such as [symbol].',
  'invalid-argument/start': () => "The start of useWsReducer must be 'now' or 'newest'.",
  'invalid-argument/append': () =>
    'The function append of useWsText must return a text, or undefined for none.',
  'invalid-argument/every': () => 'The option every of useWsEvent must be a number of milliseconds from 0.',
  'invalid-argument/key': () =>
    'The key of useWsRecent must be a function that returns what an event is about: (event) => event.data.user.',
  'invalid-argument/ttl': () => 'The ttl of useWsRecent must be a number of milliseconds from 0.',
  'invalid-argument/live-option': ({ option }) =>
    `The option "${option}" of a live query must be ${liveWanted[option] ?? describeWanted('function')}.`,
  'invalid-argument/store': () =>
    'This store gets no events: its state was not created with withEvents. Create it with create()(withEvents(folds, …)).',
  'invalid-argument/second-service': () =>
    'A store was attached to a second service, and gets the events of that one alone until it is detached from it. Create ' +
    'a store for each service.',
  'invalid-argument/empty-fold': () =>
    'It returned nothing, so the event changed nothing. Return the part of the state that is new, or the state itself. To ' +
    'change a draft, pass produce of immer in the options of withEvents.',
  'invalid-argument/impure-fold': () =>
    'A fold must not set the state of its store: return the part that is new. For anything else, listen to the event.',

  'not-serializable': ({ event, words }) =>
    `The data of "${event}" can't be sent: ${words}. Send only data that the protocol can write (by default: JSON).`,
  'not-serializable/not-copied': ({ event }) =>
    `"${event}" was not sent: it has to wait, and its data can't be copied so that the same would be sent later. ` +
    'Send plain data without objects of a class, or send it once connected (await service.whenConnected()).',
  'message-dropped': ({ event, reason }) =>
    `The queued message "${event}" was not sent: ${dropReasons[reason]}.`,
  'too-large': ({ event, limitBytes }) =>
    limitBytes === null
      ? `The server closed the connection because a message was too large, probably "${event}". Send less, or split it.`
      : `"${event}" was not sent: the server accepts at most ${limitBytes} bytes per message. Send less, or split it.`,
  'send-buffer-full': ({ event, limitBytes }) =>
    `"${event}" was not sent: more than ${limitBytes} bytes are still waiting to be sent. Send less, or less often.`,
  'not-connected/now': ({ event }) =>
    `"${event}" was not sent: there is no connection, and none is being opened. ` +
    'Call connect() or reconnect(), or render a provider with a url and a token.',
  'not-connected/never': () =>
    'There is nothing to reconnect to. Call connect() first, with a url and (if the server requires one) a token.',
  'not-connected/unwanted': () =>
    'There is no connection, and none is being opened. Call connect() or reconnect(), or render a provider with a url and a token.',
  'connection-lost/undrained': () =>
    'The connection was lost before everything was sent. ' +
    'The server may not have received the last messages: check before you go on.',
  'connection-lost/partly-sent': ({ event }) =>
    `The connection was lost while "${event}" was sent in several frames. It is not sent again, because the server may have ` +
    'received the first of them: check before you repeat it.',
  'connection-lost': () =>
    'The connection was lost before the reply arrived. ' +
    'The server may have processed the request: check before you repeat it.',
  'request-timeout': ({ event, timeoutMs }) =>
    `The server did not reply to "${event}" within ${timeoutMs} ms. ` +
    'It may have processed the request: check before you repeat it.',
  'request-timeout/unsent': ({ event, timeoutMs }) =>
    `The request "${event}" was not sent, because there was no connection for ${timeoutMs} ms (its timeout). The server has ` +
    'not seen it, so it is safe to repeat: wait for whenConnected(), or pass a longer timeout.',
  'request-aborted': ({ event }) => `The request "${event}" was aborted.`,
  'request-failed': ({ event, words }) => `The server refused "${event}": ${words}`,
  'channel-refused': ({ channel, words }) =>
    `The server refused the channel "${channel}": ${words}. Call retry() to ask again; a new token does so too.`,
  'channel-refused/ended': ({ channel, words }) =>
    `The server ended the membership in the channel "${channel}"${words === '' ? '' : ` (${words})`}. ` +
    'Call retry() to join it again.',
  'wait-aborted': () => 'The wait was aborted by its signal.',
  disposed: () => 'This service was disposed. Create another with createWebSocketService().',
};

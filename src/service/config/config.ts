/** Checks a config, fills in the defaults, and says which configs belong to the same session. */
import { defaultClosePolicy } from '../../connection/close-policy.ts';
import { failure } from '../../errors.ts';
import type { GivenConfig } from '../../given-config.ts';
import type { Wanted } from '../../problems.ts';
import { envelopeProtocol } from '../../protocols/envelope.ts';
import { isRecord } from '../../protocols/json-frames.ts';
import type { AuthMode, Protocol } from '../../protocols/protocol.ts';
import { isTimerMs } from '../../timer-limit.ts';
import { resolveAddress } from '../../transport/address.ts';
import type { IWebSocketConfig, Logger, TokenContext, WebSocketConstructor } from '../../types.ts';
import { areSchemas, type ResolvedSchemas } from './schemas.ts';

/** In milliseconds. */
interface HeartbeatTimes {
  readonly interval: number;
  readonly timeout: number;
  /** The longest silence of a living link; undefined: it may be silent. */
  readonly expect?: number | undefined;
}

export interface HeartbeatConfig extends HeartbeatTimes {
  /** `speakers`: only servers that have shown that they speak the protocol are pinged. */
  readonly pings: 'always' | 'speakers';
}

/** A config with every default filled in. */
export interface ResolvedConfig {
  readonly url: IWebSocketConfig['url'];
  readonly token: string | ((context: TokenContext) => unknown) | null;
  readonly auth: AuthMode;
  readonly protocol: Protocol;
  readonly reconnectAttempts: number;
  readonly reconnectDelay: number;
  readonly reconnectDelayMax: number;
  readonly reconnectJitter: number;
  readonly backoffAfter: number;
  readonly backoff: NonNullable<IWebSocketConfig['backoff']>;
  readonly restartSpread: number;
  readonly connectTimeout: number;
  readonly minUptime: number;
  readonly closePolicy: NonNullable<IWebSocketConfig['closePolicy']>;
  readonly sendQueue: false | { readonly limit: number; readonly ttl: number };
  readonly heartbeat: false | HeartbeatConfig;
  readonly requestTimeout: number;
  readonly maxFrameLength: number;
  readonly batch: NonNullable<IWebSocketConfig['batch']>;
  readonly logger: Logger | undefined;
  readonly signals: IWebSocketConfig['signals'];
  readonly channels: IWebSocketConfig['channels'];
  readonly WebSocket: WebSocketConstructor;
  readonly random: () => number;
  readonly schemas: ResolvedSchemas | undefined;
  readonly missedEventsJitter: number;
  readonly resync: IWebSocketConfig['resync'];
  readonly resyncTimeout: number;
  readonly maxHeldBytes: number;
  readonly pauseGrace: number;
  readonly share: IWebSocketConfig['share'];
  readonly session: SessionKey;
}

/** Identifies a session: `place` is url, auth and protocol; `who` is the user, null if only the token function knows it. */
export interface SessionKey {
  readonly place: string;
  readonly who: string | null;
}

/** With every default, but as it was written. */
type FilledConfig = Omit<ResolvedConfig, 'session' | 'heartbeat'> & {
  readonly heartbeat: 'auto' | false | HeartbeatTimes;
};

/** The option that is still empty. */
export type Missing = 'url' | 'token';

/** A config whose url or token is still to come. Nothing can be sent yet, but it is known how it will be. */
export type AwaitedConfig = FilledConfig & { readonly missing: Missing };

type WantedOption = Exclude<Wanted, 'verdict' | 'fraction'>;

/** What a value must be, its default, and its own options if it is an object. */
type Option = readonly [wanted: WantedOption, fallback?: unknown, nested?: Options];
type Options = { readonly [option: string]: Option };

const heartbeatOptions: Options = {
  interval: ['positive-ms', 30_000],
  timeout: ['positive-ms', 10_000],
  expect: ['positive-ms'],
};

/** Every option. One that is not listed here is rejected as unknown. */
const options: Readonly<Record<keyof IWebSocketConfig, Option>> = {
  url: ['string-or-function'],
  token: ['token'],
  identity: ['string'],
  auth: ['auth'],
  protocol: ['protocol', envelopeProtocol],
  reconnectAttempts: ['count', 7],
  reconnectDelay: ['ms', 3_000],
  reconnectDelayMax: ['ms', 300_000],
  reconnectJitter: ['ms', 2_000],
  backoffAfter: ['count', 7],
  backoff: ['backoff', 'vendor'],
  restartSpread: ['ms', 0],
  connectTimeout: ['positive-ms', 15_000],
  minUptime: ['ms', 5_000],
  heartbeat: ['heartbeat', 'auto', heartbeatOptions],
  closePolicy: ['function', defaultClosePolicy],
  schemas: ['schemas'],
  missedEventsJitter: ['ms', 0],
  resync: ['function'],
  resyncTimeout: ['positive-ms', 30_000],
  maxHeldBytes: ['positive-count', 67_108_864],
  pauseGrace: ['ms', 30_000],
  sendQueue: ['false-or-object', false, { limit: ['positive-count', 100], ttl: ['positive-ms', 30_000] }],
  requestTimeout: ['positive-ms', 10_000],
  maxFrameLength: ['positive-count', 4_194_304],
  batch: ['batch', 'frame'],
  logger: ['logger'],
  signals: ['function'],
  channels: ['channels'],
  share: ['function'],
  WebSocket: ['function'],
  random: ['function', () => Math.random()],
};

const isCount = (value: unknown): boolean =>
  value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 0);
const isString = (value: unknown): boolean => typeof value === 'string';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isOneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);
/** Functions count too: some loggers are functions that have the methods of a logger. */
const hasMethods = (value: unknown, ...methods: readonly string[]): value is Record<string, unknown> =>
  (isRecord(value) || isFunction(value)) &&
  methods.every((method) => isFunction((value as Record<string, unknown>)[method]));

const fits: Readonly<Record<WantedOption, (value: unknown) => boolean>> = {
  ms: isTimerMs,
  'positive-ms': (value) => isTimerMs(value) && value > 0,
  count: isCount,
  'positive-count': (value) => value !== 0 && isCount(value),
  string: isString,
  function: isFunction,
  'string-or-function': (value) => isString(value) || isFunction(value),
  token: (value) => value === null || isString(value) || isFunction(value),
  schemas: areSchemas,
  'false-or-object': (value) => value === false || isRecord(value),
  heartbeat: (value) => value === 'auto' || value === false || isRecord(value),
  auth: isOneOf('query', 'message', 'subprotocol', 'cookie', 'none'),
  batch: isOneOf('frame', 'microtask', 'sync'),
  backoff: (value) => isFunction(value) || value === 'vendor' || value === 'decorrelated',
  channels: (value) => hasMethods(value, 'join', 'leave'),
  logger: (value) => hasMethods(value, 'debug', 'info', 'warn', 'error'),
  protocol: (value) =>
    (hasMethods(value, 'target', 'decode', 'encode') || hasMethods(value, 'target', 'open')) &&
    isString(value.name) &&
    /^(open|first-frame|hello)$/.test(String(value.connectedOn)),
};

/** The option that is still empty, if one is: without it there is nothing to connect with. */
export function missingOption(given: Partial<GivenConfig>): Missing | undefined {
  // A value that is no config at all is reported later.
  if (!isRecord(given)) return undefined;
  // For example `token={session?.token}` while the session loads: the key is there, but the token is not.
  if (sendsToken(given.auth ?? given.protocol?.defaultAuth) && 'token' in given && !given.token)
    return 'token';
  return given.url === '' ? 'url' : undefined;
}

/** With `cookie` and `none` the server gets no token from us. */
function sendsToken(auth: AuthMode | undefined): boolean {
  return auth !== 'none' && auth !== 'cookie';
}

/**
 * Returns the config with all defaults. Throws a typed error if the config is invalid. `clean` removes secrets from text.
 */
export function resolveConfig(
  given: GivenConfig,
  clean: (text: string) => string,
): ResolvedConfig | AwaitedConfig {
  if (!isRecord(given)) throw failure('invalid-config/no-object', {});
  if (given.url === undefined) throw failure('invalid-config/no-url', { option: 'url' });
  const filled = fill(given, options) as unknown as FilledConfig;
  const missing = missingOption(given);
  if (missing !== undefined) return { ...filled, missing };

  const { protocol } = filled;
  const { auth = protocol.defaultAuth } = given;
  const { authModes: modes = [auth] } = protocol;
  if (sendsToken(auth) && !modes.includes(auth)) {
    throw failure('invalid-config/unknown-auth', { option: 'auth', auth, protocol: protocol.name, modes });
  }
  const WebSocket = filled.WebSocket ?? globalThis.WebSocket;
  if (WebSocket === undefined) throw failure('invalid-config/no-websocket', { option: 'WebSocket' });
  const url = typeof given.url === 'string' ? absolute(given.url, clean) : given.url;
  // With `cookie` a function renews the session; nothing that it returns is sent.
  const isAsked = auth === 'cookie' ? isFunction(given.token) : auth !== 'none';
  const token = isAsked ? (given.token ?? null) : null;
  // A token that is not sent still says who the user is.
  const session = sessionKey({ url, token: given.token ?? null, auth, protocol }, given.identity);
  const heartbeat = heartbeatOf(filled.heartbeat);
  return { ...filled, heartbeat, url, token, auth, WebSocket, session };
}

/** `'auto'` is the default times, for servers that speak the protocol. */
function heartbeatOf(filled: FilledConfig['heartbeat']): ResolvedConfig['heartbeat'] {
  if (filled === false) return false;
  if (filled !== 'auto') return { ...filled, pings: 'always' };
  return { ...(fill({}, heartbeatOptions) as unknown as HeartbeatTimes), pings: 'speakers' };
}

/** Fills in the defaults. Throws for the first option that is unknown or wrong. */
function fill(given: object, known: Options, prefix = ''): Record<string, unknown> {
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined && !Object.hasOwn(known, key)) {
      throw failure('invalid-config/unknown-option', { option: prefix + key, known: Object.keys(known) });
    }
  }
  const filled: Record<string, unknown> = {};
  for (const [key, [wanted, fallback, nested]] of Object.entries(known)) {
    const { [key]: value = fallback } = given as Readonly<Record<string, unknown>>;
    if (value !== undefined && !fits[wanted](value)) {
      throw failure('invalid-config/wrong-value', { option: prefix + key, wanted });
    }
    filled[key] = nested !== undefined && isRecord(value) ? fill(value, nested, `${key}.`) : value;
  }
  return filled;
}

/**
 * A new url, auth, protocol, identity or (without an identity) string token is a new session. A token function is not
 * compared: it is called at the next attempt.
 */
export function isSameSession(current: SessionKey, next: SessionKey): boolean {
  return current.place === next.place && (next.who === null || current.who === next.who);
}

/** Whether a config that may be incomplete or invalid is still of the session's user, as far as it says. */
export function isSameUser({ who }: SessionKey, given: GivenConfig): boolean {
  if (!isRecord(given)) return true;
  const { identity, token = null } = given;
  const isReadable = (identity === undefined || isString(identity)) && fits.token(token);
  if (!isReadable || missingOption(given) === 'token') return false;
  const next = whoOf(identity, token);
  return next === null || next === who;
}

/** Null if only the token function knows. */
function whoOf(identity: string | undefined, token: ResolvedConfig['token']): string | null {
  const isUnknown = identity === undefined && typeof token === 'function';
  return isUnknown ? null : JSON.stringify([identity, identity === undefined && token]);
}

/** Functions have no JSON and so compare as equal: an inline function is a new one in every render. */
function sessionKey(
  { url, token, auth, protocol }: Pick<ResolvedConfig, 'url' | 'token' | 'auth' | 'protocol'>,
  identity: string | undefined,
): SessionKey {
  return { place: JSON.stringify([url, auth, protocol.name]), who: whoOf(identity, token) };
}

/** Returns the absolute `ws:` or `wss:` address. Throws if there is none. */
function absolute(written: string, clean: (text: string) => string): string {
  const { url, flaw } = resolveAddress(written);
  if (flaw !== undefined) throw failure('invalid-config/address', { option: 'url', url: clean(url), flaw });
  return url;
}

/** Is this config one that can work? Defaults, checks, and what makes two configs the same session. */
import { defaultClosePolicy } from '../connection/close-policy.ts';
import { WebSocketServiceError } from '../errors.ts';
import { envelopeProtocol } from '../protocols/envelope.ts';
import type { AuthMode, Protocol } from '../protocols/protocol.ts';
import { isTimerMs, LONGEST_TIMER_MS } from '../timer-limit.ts';
import { resolveAddress } from '../transport/address.ts';
import type { IWebSocketConfig, Logger, WebSocketConstructor } from '../types.ts';

/** A config with every default filled in. */
export interface ResolvedConfig {
  readonly url: IWebSocketConfig['url'];
  readonly token: Exclude<IWebSocketConfig['token'], undefined> | null;
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
  readonly sendQueue: { readonly limit: number; readonly ttl: number } | null;
  readonly heartbeat: { readonly interval: number; readonly timeout: number } | null;
  readonly requestTimeout: number;
  readonly maxFrameLength: number;
  readonly batch: NonNullable<IWebSocketConfig['batch']>;
  readonly logger: Logger | null;
  readonly WebSocket: WebSocketConstructor;
  readonly random: () => number;
  readonly session: SessionKey;
}

/** What makes a session: where it is, how it is spoken to, and who speaks (null: whoever the token function says). */
export interface SessionKey {
  readonly place: string;
  readonly who: string | null;
}

export type ConfigVerdict =
  | { readonly kind: 'ready'; readonly config: ResolvedConfig }
  /** Something is still missing: the address, the token, or the wish to connect (`enabled={false}`). */
  | { readonly kind: 'not-yet'; readonly missing: 'url' | 'token' | 'wish' }
  | { readonly kind: 'invalid'; readonly error: WebSocketServiceError };

type NumericOption =
  | 'reconnectAttempts'
  | 'reconnectDelay'
  | 'reconnectDelayMax'
  | 'reconnectJitter'
  | 'backoffAfter'
  | 'restartSpread'
  | 'connectTimeout'
  | 'minUptime'
  | 'requestTimeout'
  | 'maxFrameLength';

const defaults: Readonly<Record<NumericOption, number>> = {
  reconnectAttempts: 7,
  reconnectDelay: 3_000,
  reconnectDelayMax: 300_000,
  reconnectJitter: 2_000,
  backoffAfter: 7,
  restartSpread: 0,
  connectTimeout: 15_000,
  minUptime: 5_000,
  requestTimeout: 10_000,
  maxFrameLength: 4_194_304,
};

const heartbeatDefaults = { interval: 30_000, timeout: 10_000 } as const;

const queueDefaults = { limit: 100, ttl: 30_000 } as const;

type Check = (value: unknown) => string | null;

const ms: Check = (value) =>
  isTimerMs(value) ? null : `a number of milliseconds from 0 to ${LONGEST_TIMER_MS}`;
const positiveMs: Check = (value) =>
  isTimerMs(value) && value > 0 ? null : `a number of milliseconds from 1 to ${LONGEST_TIMER_MS}`;
const count: Check = (value) =>
  value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 0)
    ? null
    : 'a whole number from 0, or Infinity';
const positiveCount: Check = (value) =>
  value !== 0 && count(value) === null ? null : 'a whole number from 1, or Infinity';
const callable: Check = (value) => (typeof value === 'function' ? null : 'a function');
const textOrCallable: Check = (value) =>
  typeof value === 'string' || typeof value === 'function' ? null : 'a string or a function';
const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(value as string) ? null : `one of ${allowed.map((one) => `'${one}'`).join(', ')}`;
const falseOrObject: Check = (value) => (value === false || isObject(value) ? null : 'false or an object');
const objectOf =
  (...methods: readonly string[]): Check =>
  (value) =>
    isObject(value) && methods.every((method) => typeof value[method] === 'function')
      ? null
      : `an object with ${methods.join(', ')}`;

/** Every option there is, with its check. An option that is missing here is unknown. */
const checks: Readonly<Record<keyof IWebSocketConfig, Check>> = {
  url: textOrCallable,
  token: textOrCallable,
  identity: (value) => (typeof value === 'string' ? null : 'a string'),
  auth: oneOf('query', 'message', 'subprotocol', 'none'),
  protocol: (value) =>
    objectOf('target', 'decode', 'encode')(value) ??
    (isObject(value) && typeof value.name === 'string' ? null : 'an object with a name') ??
    (isObject(value) && /^(open|first-frame)$/.test(String(value.connectedOn))
      ? null
      : "an object whose connectedOn is 'open' or 'first-frame'"),
  reconnectAttempts: count,
  reconnectDelay: ms,
  reconnectDelayMax: ms,
  reconnectJitter: ms,
  backoffAfter: count,
  backoff: (value) =>
    callable(value) === null ? null : value === 'vendor' || value === 'decorrelated' ? null : BACKOFF_FORMS,
  restartSpread: ms,
  connectTimeout: positiveMs,
  minUptime: ms,
  closePolicy: callable,
  sendQueue: falseOrObject,
  requestTimeout: positiveMs,
  maxFrameLength: positiveCount,
  batch: oneOf('frame', 'microtask', 'sync'),
  logger: objectOf('debug', 'info', 'warn', 'error'),
  WebSocket: callable,
  random: callable,
  heartbeat: falseOrObject,
  schemas: (value) => (isObject(value) ? null : 'an object of schemas by event name'),
};

const BACKOFF_FORMS = "'vendor', 'decorrelated' or a function";

/** Never throws, whatever it is given. */
export function resolveConfig(given: IWebSocketConfig): ConfigVerdict {
  if (!isObject(given) || Array.isArray(given)) return invalid('The config must be an object with a url.');
  const problem = firstProblem(given);
  if (problem !== null) return invalid(problem.message, problem.option);
  if (isTokenAwaited(given)) return { kind: 'not-yet', missing: 'token' };
  if (given.url === '') return { kind: 'not-yet', missing: 'url' };

  let url = given.url;
  if (typeof url === 'string') {
    const address = resolveAddress(url);
    if (address.kind === 'unusable') return invalid(address.problem, 'url');
    url = address.url;
  }
  const WebSocket =
    given.WebSocket ?? (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket;
  if (WebSocket === undefined) {
    return invalid(
      'This environment has no WebSocket. Pass one, such as that of the package ws.',
      'WebSocket',
    );
  }
  const protocol = given.protocol ?? envelopeProtocol;
  const auth = given.auth ?? protocol.defaultAuth;
  if (protocol.authModes !== undefined && !protocol.authModes.includes(auth)) {
    const modes = protocol.authModes.map((mode) => `'${mode}'`).join(', ');
    return invalid(
      `The protocol "${protocol.name}" does not know auth '${auth}'. Use one of ${modes}.`,
      'auth',
    );
  }
  const token = auth === 'none' ? null : (given.token ?? null);
  return {
    kind: 'ready',
    config: {
      ...withDefaults(given),
      url,
      token,
      auth,
      protocol,
      WebSocket,
      backoff: given.backoff ?? 'vendor',
      closePolicy: given.closePolicy ?? defaultClosePolicy,
      sendQueue: queueOf(given),
      heartbeat: heartbeatOf(given),
      batch: given.batch ?? 'frame',
      logger: given.logger ?? null,
      random: given.random ?? Math.random,
      session: sessionKey(url, token, given.identity, auth, protocol),
    },
  };
}

/**
 * A new url, identity or (without an identity) string token is a new session, and so is another way of speaking. A
 * token function keeps the link: what it will say is used at the next attempt.
 */
export function isSameSession(current: SessionKey, next: SessionKey): boolean {
  return current.place === next.place && (next.who === null || current.who === next.who);
}

/** Functions count as one and the same: an inline one is new in every render and means nothing new. */
function sessionKey(
  url: ResolvedConfig['url'],
  token: ResolvedConfig['token'],
  identity: string | undefined,
  auth: AuthMode,
  protocol: Protocol,
): SessionKey {
  const who = identity === undefined ? ['token', token] : ['identity', identity];
  return {
    place: JSON.stringify([fixed(url), auth, protocol.name]),
    who: identity === undefined && typeof token === 'function' ? null : JSON.stringify(who),
  };
}

function fixed(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** `token={session?.token}` while the session loads: the key is there, the token is not. */
function isTokenAwaited(given: IWebSocketConfig): boolean {
  if (given.auth === 'none' || !('token' in given)) return false;
  return given.token === '' || given.token === undefined || given.token === null;
}

function firstProblem(given: object): { readonly message: string; readonly option: string } | null {
  if (!('url' in given) || given.url === undefined) {
    return { option: 'url', message: "The config has no url. Pass one, or '' for not yet." };
  }
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined || (option === 'token' && value === null)) continue;
    if (!Object.hasOwn(checks, option)) {
      const known = Object.keys(checks).join(', ');
      return { option, message: `There is no option "${option}". The options are ${known}.` };
    }
    const wanted = checks[option as keyof IWebSocketConfig](value);
    if (wanted !== null) return { option, message: `The option "${option}" must be ${wanted}.` };
  }
  return nestedProblem(given as IWebSocketConfig);
}

/** The options that are objects have options of their own. */
const nested: Readonly<Record<'sendQueue' | 'heartbeat', Readonly<Record<string, Check>>>> = {
  sendQueue: { limit: positiveCount, ttl: positiveMs },
  heartbeat: { interval: positiveMs, timeout: positiveMs },
};

function nestedProblem(given: IWebSocketConfig): ReturnType<typeof firstProblem> {
  for (const option of ['sendQueue', 'heartbeat'] as const) {
    for (const [key, value] of Object.entries(given[option] || {})) {
      const check = Object.hasOwn(nested[option], key) ? nested[option][key] : undefined;
      if (check === undefined) return { option, message: `There is no option "${option}.${key}".` };
      const wanted = value === undefined ? null : check(value);
      if (wanted !== null) return { option, message: `The option "${option}.${key}" must be ${wanted}.` };
    }
  }
  return null;
}

function withDefaults(given: IWebSocketConfig): Record<NumericOption, number> {
  const numbers: Record<NumericOption, number> = { ...defaults };
  for (const option of Object.keys(defaults) as NumericOption[])
    numbers[option] = given[option] ?? defaults[option];
  return numbers;
}

function queueOf({ sendQueue }: IWebSocketConfig): ResolvedConfig['sendQueue'] {
  if (sendQueue === undefined || sendQueue === false) return null;
  return { limit: sendQueue.limit ?? queueDefaults.limit, ttl: sendQueue.ttl ?? queueDefaults.ttl };
}

function heartbeatOf({ heartbeat }: IWebSocketConfig): ResolvedConfig['heartbeat'] {
  if (heartbeat === false) return null;
  return {
    interval: heartbeat?.interval ?? heartbeatDefaults.interval,
    timeout: heartbeat?.timeout ?? heartbeatDefaults.timeout,
  };
}

function invalid(message: string, option?: string): ConfigVerdict {
  return {
    kind: 'invalid',
    error: new WebSocketServiceError('invalid-config', message, {
      details: option === undefined ? {} : { option },
    }),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

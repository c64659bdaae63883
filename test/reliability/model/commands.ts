/** Everything that a user, an app, a page, a network and a server do in one sequence, with its probability. */
import fc from 'fast-check';
import type { Answer } from './credentials.ts';
import { classify } from './frames.ts';
import type { Handshake, ServerOptions } from './model-server.ts';

export interface HeartbeatTimes {
  readonly interval: number;
  readonly timeout: number;
}

/** Settings that stay the same for one sequence. */
export interface Setup {
  readonly seed: number;
  /** `slow`: schemas and `resync` are asynchronous, so that events are held. */
  readonly pace: 'at once' | 'slow';
  readonly latencyMs: number;
  readonly server: ServerOptions;
  readonly auth: 'query' | 'message' | 'subprotocol' | 'none';
  readonly token: 'text' | 'function';
  readonly url: 'text' | 'function';
  readonly identity: 'given' | 'left out';
  /** `first-frame`: the envelope, but connected with the first valid frame, and every server answers pings. */
  readonly protocol: 'envelope' | 'first-frame' | 'mattermost';
  readonly reconnectAttempts: number;
  readonly backoff: 'vendor' | 'decorrelated';
  readonly backoffAfter: number;
  readonly heartbeat: 'auto' | false | HeartbeatTimes;
  readonly sendQueue: false | { readonly limit: number; readonly ttl: number };
  readonly batch: 'frame' | 'microtask' | 'sync';
  readonly frames: boolean;
  /** How long a pause keeps the session. */
  readonly pauseGrace: number;
}

/** Options that change during a sequence, in any phase. */
export type Changed = Pick<
  Setup,
  'heartbeat' | 'reconnectAttempts' | 'backoff' | 'backoffAfter' | 'batch' | 'pauseGrace'
>;

export type Reaction =
  | 'subscribe'
  | 'unsubscribe'
  | 'send'
  | 'request'
  | 'reconnect'
  | 'disconnect'
  | 'connect'
  | 'change-identity'
  | 'throw';

export type Asked = 'ask' | 'ask-twice' | 'ask-fail' | 'ask-late' | 'ask-never';

export type Command =
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'emit'; readonly count: number; readonly gapMs: number }
  /** An event that takes so long on the network, each time it is sent. */
  | { readonly do: 'emit-large'; readonly costMs: number; readonly signals: boolean }
  // Handshake.
  | { readonly do: 'handshakes'; readonly how: Handshake; readonly count: number; readonly drop: boolean }
  | {
      readonly do: 'token';
      readonly how: Answer;
      readonly times: number;
    }
  | {
      readonly do: 'address';
      readonly how: Answer;
      readonly times: number;
    }
  | { readonly do: 'expire-token'; readonly close: boolean }
  // Link.
  | { readonly do: 'drop'; readonly underWay: 'lost' | 'arrives' }
  | { readonly do: 'close'; readonly code: number | null; readonly quotesToken: boolean }
  | { readonly do: 'restart'; readonly how: 'cut' | 'announced' }
  | { readonly do: 'clog'; readonly ms: number }
  // Half-open.
  | { readonly do: 'half-open'; readonly ms: number; readonly end: 'flows' | 'dies'; readonly emits: number }
  // Frames.
  | { readonly do: 'garbage'; readonly frame: unknown; readonly times: number }
  | {
      readonly do: 'fault';
      readonly what: 'skip' | 'withhold' | 'swap' | 'repeat' | 'greet-again' | 'count-anew' | 'stray-reply';
    }
  // Environment.
  | { readonly do: 'signal'; readonly what: 'online' | 'offline' | 'hide' | 'show' | 'focus' | 'resume' }
  | {
      readonly do: 'sleep';
      readonly ms: number;
      readonly timers: 'late' | 'paused';
      readonly first: 'callbacks' | 'timers';
      readonly wakes: boolean;
    }
  | { readonly do: 'put-away'; readonly ms: number }
  | { readonly do: 'jump-clock'; readonly ms: number }
  | { readonly do: 'late-callbacks' }
  // Lifecycle.
  | { readonly do: 'connect' }
  | { readonly do: 'reconnect' }
  | { readonly do: 'disconnect' }
  | { readonly do: 'disable' }
  | { readonly do: 'pause'; readonly ms: number }
  | { readonly do: 'reconfigure'; readonly to: Changed }
  | { readonly do: 'misconfigure' }
  | { readonly do: 'change'; readonly what: 'url' | 'token' | 'identity'; readonly times: number }
  // Subscribers.
  | { readonly do: 'subscribe'; readonly to: readonly string[] | null; readonly kind: 'plain' | 'throwing' }
  | { readonly do: 'unsubscribe'; readonly which: number }
  | {
      readonly do: 'react';
      readonly at: 'event' | 'status' | 'missed' | 'error';
      readonly with: readonly Reaction[];
    }
  // Outbound.
  | { readonly do: 'send'; readonly count: number }
  | { readonly do: 'request'; readonly what: Asked; readonly count: number }
  | { readonly do: 'abort'; readonly which: number };

export type Family = 'handshake' | 'link' | 'half-open' | 'frame' | 'env' | 'lifecycle' | 're-entrant';

export const families: readonly Family[] = [
  'handshake',
  'link',
  'half-open',
  'frame',
  'env',
  'lifecycle',
  're-entrant',
];

export const eventNames = ['a', 'b', 'c'] as const;

/** Null: no fault. `re-entrant` faults are counted when a handler acts. */
export function familyOf(command: Command): Family | null {
  switch (command.do) {
    case 'handshakes':
    case 'token':
    case 'address':
    case 'expire-token':
      return 'handshake';
    case 'drop':
    case 'close':
    case 'restart':
    case 'clog':
    case 'emit-large':
      return 'link';
    case 'half-open':
      return 'half-open';
    case 'garbage':
    case 'fault':
      return 'frame';
    case 'signal':
    case 'sleep':
    case 'put-away':
    case 'jump-clock':
    case 'late-callbacks':
      return 'env';
    case 'connect':
    case 'reconnect':
    case 'disconnect':
    case 'disable':
    case 'pause':
    case 'reconfigure':
    case 'misconfigure':
    case 'change':
      return 'lifecycle';
    case 'pass':
    case 'emit':
    case 'subscribe':
    case 'unsubscribe':
    case 'react':
    case 'send':
    case 'request':
    case 'abort':
      return null;
    default:
      command satisfies never;
      return null;
  }
}

/** Prints a sequence as text, one line for each command. */
export function inWords({ setup, commands }: Plan): string {
  const { server, ...client } = setup;
  return [
    `  server: ${words(server)}`,
    `  client: ${words(client)}`,
    ...commands.map(({ do: what, ...details }, index) => `  ${index + 1}. ${what} ${words(details)}`),
  ].join('\n');
}

export interface Plan {
  readonly setup: Setup;
  readonly commands: readonly Command[];
}

/** The largest number of commands in a sequence. */
const MAX_COMMANDS = 50;

export function plans(): fc.Arbitrary<Plan> {
  return fc.record({
    setup: setups(),
    commands: fc.array(commands(), { minLength: 1, maxLength: MAX_COMMANDS, size: 'max' }),
  });
}

function setups(): fc.Arbitrary<Setup> {
  return fc
    .record<Setup>({
      seed: fc.nat(),
      pace: fc.constant('at once'),
      latencyMs: fc.constantFrom(5, 40, 250),
      server: fc.record<ServerOptions>({
        numbering: weighted([14, 'sessions'], [1, 'numbers'], [1, 'plain']),
        whileAlive: fc.constantFrom('taken-over', 'refused'),
        resume: weighted([9, 'exact'], [1, 'blind']),
        pings: weighted([8, 'answered'], [1, 'ignored'], [1, 'rejected'], [2, 'refused']),
        dialect: fc.constant('envelope'),
      }),
      auth: weighted([5, 'query'], [2, 'message'], [1, 'subprotocol'], [1, 'none']),
      token: fc.constantFrom('text', 'function'),
      url: weighted([3, 'text'], [1, 'function']),
      identity: weighted([2, 'given'], [1, 'left out']),
      protocol: weighted([4, 'envelope'], [1, 'first-frame'], [2, 'mattermost']),
      reconnectAttempts: fc.constantFrom(7, 2, Number.POSITIVE_INFINITY),
      backoff: weighted([2, 'vendor'], [1, 'decorrelated']),
      backoffAfter: fc.constantFrom(7, 1),
      heartbeat: weighted<Setup['heartbeat']>(
        [3, 'auto'],
        [1, defaultHeartbeat],
        [2, { interval: 8_000, timeout: 2_500 }],
        [1, false],
      ),
      sendQueue: weighted<Setup['sendQueue']>([1, false], [1, { limit: 4, ttl: 9_000 }]),
      batch: weighted([3, 'frame'], [1, 'microtask'], [1, 'sync']),
      frames: fc.boolean(),
      pauseGrace: weighted([3, 30_000], [1, 1_000], [1, 0]),
    })
    .map((made) => {
      const setup: Setup = {
        ...made,
        pace: made.seed % 3 === 0 && made.server.numbering === 'sessions' ? 'slow' : 'at once',
      };
      if (setup.protocol === 'envelope') return setup;
      // On a quiet link nothing but answers to pings arrives, and an expired session shows in nothing else.
      const heartbeat = setup.heartbeat || defaultHeartbeat;
      const server: ServerOptions = { ...setup.server, pings: 'answered' };
      if (setup.protocol === 'first-frame') return { ...setup, heartbeat, server };
      const auth = setup.auth === 'subprotocol' ? 'message' : setup.auth;
      return {
        ...setup,
        auth,
        heartbeat,
        server: { ...server, numbering: 'sessions', dialect: 'mattermost' },
      };
    });
}

const defaultHeartbeat: HeartbeatTimes = { interval: 30_000, timeout: 10_000 };

/** False: no pings. */
export function timesOf({ heartbeat }: Setup): HeartbeatTimes | false {
  return heartbeat === 'auto' ? defaultHeartbeat : heartbeat;
}

/** For a protocol whose links are judged by answers alone, `world.ts` keeps the pings on. */
function changes(): fc.Arbitrary<Changed> {
  return fc.record<Changed>({
    heartbeat: fc.constantFrom<Setup['heartbeat']>(
      defaultHeartbeat,
      { interval: 8_000, timeout: 2_500 },
      { interval: 4_000, timeout: 6_000 },
      false,
    ),
    reconnectAttempts: fc.constantFrom(7, 2, Number.POSITIVE_INFINITY),
    backoff: fc.constantFrom('vendor', 'decorrelated'),
    backoffAfter: fc.constantFrom(7, 1),
    batch: fc.constantFrom('frame', 'microtask', 'sync'),
    pauseGrace: fc.constantFrom(30_000, 1_000, 0),
  });
}

function commands(): fc.Arbitrary<Command> {
  const few = fc.integer({ min: 1, max: 3 });
  return fc.oneof(
    of(26, 'pass', { ms: fc.constantFrom(1, 20, 300, 1_000, 3_500, 6_000, 12_000, 31_000, 45_000, 120_000) }),
    of(28, 'emit', { count: fc.integer({ min: 1, max: 12 }), gapMs: fc.constantFrom(0, 0, 5, 400) }),
    of(1, 'emit-large', { costMs: fc.constantFrom(3_000, 12_000, 18_000), signals: fc.boolean() }),
    of(3, 'handshakes', {
      how: fc.constantFrom<Handshake>(
        'answered-and-closed',
        'answered-and-cut',
        'answered-and-stalled',
        'refused',
        'refused',
        'session-refused',
        'hanging',
        'slow',
        'closed-at-once',
        'misunderstood',
        'greeted-and-closed',
        'unauthorized',
        'mute',
      ),
      count: weighted([3, 1], [2, 2], [1, 5], [1, 8]),
      drop: fc.boolean(),
    }),
    of(1, 'token', { how: fc.constantFrom<Answer>('rejects', 'hangs', 'is-slow', 'is-empty'), times: few }),
    of(1, 'address', {
      how: fc.constantFrom<Answer>('rejects', 'hangs', 'is-slow', 'is-empty', 'is-wrong'),
      times: few,
    }),
    of(2, 'expire-token', { close: fc.boolean() }),
    of(4, 'drop', { underWay: fc.constantFrom('lost', 'arrives') }),
    of(2, 'close', {
      code: weighted<number | null>(
        [6, null],
        [6, 1000],
        [3, 1001],
        [3, 1011],
        [3, 1012],
        [3, 4000],
        [1, 1008],
        [3, 1002],
        [3, 1009],
        [1, 3333],
      ),
      quotesToken: fc.boolean(),
    }),
    of(1, 'restart', { how: fc.constantFrom('cut', 'announced') }),
    of(1, 'clog', { ms: fc.constantFrom(2_000, 30_000) }),
    of(3, 'half-open', {
      ms: fc.constantFrom(500, 7_000, 25_000, 60_000, 130_000),
      end: fc.constantFrom('flows', 'dies'),
      emits: fc.constantFrom(0, 1, 3, 12, 30),
    }),
    of(4, 'garbage', { frame: garbage(), times: weighted([12, 1], [1, 9], [1, 11]) }),
    of(4, 'fault', {
      what: weighted(
        [2, 'skip'],
        [3, 'withhold'],
        [3, 'swap'],
        [4, 'repeat'],
        [1, 'greet-again'],
        [1, 'count-anew'],
        [2, 'stray-reply'],
      ),
    }),
    of(3, 'signal', { what: fc.constantFrom('online', 'offline', 'hide', 'show', 'focus', 'resume') }),
    of(2, 'sleep', {
      ms: fc.constantFrom(2_000, 20_000, 90_000, 400_000),
      timers: fc.constantFrom('late', 'paused'),
      first: fc.constantFrom('callbacks', 'timers'),
      wakes: fc.boolean(),
    }),
    of(1, 'put-away', { ms: fc.constantFrom(1_000, 60_000) }),
    of(1, 'jump-clock', { ms: fc.constantFrom(3_600_000, -3_600_000) }),
    of(1, 'late-callbacks', {}),
    of(1, 'connect', {}),
    of(1, 'reconnect', {}),
    of(1, 'disconnect', {}),
    of(2, 'disable', {}),
    of(2, 'pause', { ms: fc.constantFrom(0, 500, 1_500) }),
    of(2, 'reconfigure', { to: changes() }),
    of(1, 'misconfigure', {}),
    of(1, 'change', { what: fc.constantFrom('url', 'token', 'identity'), times: few }),
    of(3, 'subscribe', {
      to: fc.constantFrom(null, ['a'], ['b', 'c'], ['hello']),
      kind: weighted([3, 'plain'], [1, 'throwing']),
    }),
    of(2, 'unsubscribe', { which: fc.nat({ max: 20 }) }),
    of(3, 'react', {
      at: weighted([3, 'event'], [2, 'status'], [1, 'missed'], [1, 'error']),
      with: fc.array(
        fc.constantFrom<Reaction>(
          'subscribe',
          'unsubscribe',
          'send',
          'request',
          'reconnect',
          'disconnect',
          'connect',
          'change-identity',
          'throw',
        ),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    of(3, 'send', { count: few }),
    of(3, 'request', {
      what: fc.constantFrom('ask', 'ask', 'ask-twice', 'ask-fail', 'ask-late', 'ask-never'),
      count: few,
    }),
    of(1, 'abort', { which: fc.nat({ max: 20 }) }),
  );
}

/** Frames that are no valid event: broken, or harmless. None has a wrong number: `fault` does that. */
function garbage(): fc.Arbitrary<unknown> {
  const shape = fc.record(
    {
      event: fc.oneof(fc.constantFrom('a', 'hello', '', 'constructor', '__proto__'), fc.anything()),
      data: fc.anything({ maxDepth: 1 }),
      seq: fc.oneof(
        fc.constantFrom('10', -1, 1.5, 1e300, null, true, Number.MAX_SAFE_INTEGER + 1),
        fc.string(),
      ),
      seq_reply: fc.oneof(fc.constantFrom(-1, '1', 0.5, null), fc.string()),
      status: fc.constantFrom('OK', 'FAIL', 'NO', 7),
      error: fc.anything({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  );
  return fc
    .oneof(
      fc.json(),
      fc.string(),
      shape.map((value) => safely(() => JSON.stringify(value))),
      fc.constantFrom(
        '',
        'null',
        '7',
        '[]',
        '"text"',
        '{"event":"a","__proto__":{"seq":1}}',
        '{"event":"hello","data":{"connection_id":""}}',
        '{"event":"hello","data":{"connection_id":7},"seq":0}',
        `{"event":"hello","data":{"connection_id":"${'x'.repeat(300)}"},"seq":0}`,
        `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      ),
      fc.constantFrom(new ArrayBuffer(4), new ArrayBuffer(0)),
    )
    .filter((frame) => classify(frame) !== 'meaningful');
}

function safely(make: () => string | undefined): string {
  try {
    return make() ?? 'undefined';
  } catch {
    return '{';
  }
}

function words(details: object): string {
  const text = JSON.stringify(details, (_, value: unknown) => {
    if (value === Number.POSITIVE_INFINITY) return 'Infinity';
    return value instanceof ArrayBuffer ? `${value.byteLength} bytes` : value;
  });
  return text === '{}' ? '' : text;
}

type Named<Name extends Command['do']> = Extract<Command, { do: Name }>;

type Fields<Shape> = { readonly [Key in keyof Shape]: Shape[Key] | fc.Arbitrary<Shape[Key]> };

/** Commands of one name, with their weight. */
function of<Name extends Command['do']>(
  weight: number,
  name: Name,
  fields: Fields<Omit<Named<Name>, 'do'>>,
): { weight: number; arbitrary: fc.Arbitrary<Command> } {
  const model = Object.entries(fields).map(([key, value]) => [
    key,
    isArbitrary(value) ? value : fc.constant(value),
  ]);
  const arbitrary = fc.record({ do: fc.constant(name), ...Object.fromEntries(model) });
  return { weight, arbitrary: arbitrary as unknown as fc.Arbitrary<Command> };
}

function isArbitrary(value: unknown): value is fc.Arbitrary<unknown> {
  return typeof value === 'object' && value !== null && 'generate' in value;
}

function weighted<const Value>(...choices: readonly (readonly [number, Value])[]): fc.Arbitrary<Value> {
  return fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
}

/** One storm: a seed, a server, a client, and random faults. */
import {
  createWebSocketService,
  envelopeProtocol,
  type IWebSocketConfig,
  type Logger,
  type Protocol,
  type WebSocketErrorCode,
  type WebSocketService,
  WebSocketServiceError,
} from 'everwire/core';
import { findSecret } from '../../support/canary.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import {
  type Fault,
  type FaultKind,
  faultKinds,
  faults,
  planStorm,
  type Step,
  type World,
} from './faults.ts';
import { type LagWatch, watchLag } from './lag.ts';
import { compare, type Delivery, keepLedger, positionOf, type Verdict } from './ledger.ts';
import { createRandom, type Random } from './random.ts';
import { TOKEN, times } from './rig.ts';
import { type Counts, type SessionServer, startSessionServer } from './server.ts';
import { pause, until } from './until.ts';
import { type SocketWatch, watchSockets } from './watched-socket.ts';

export interface StormOptions {
  readonly seed: number;
  /** Each fault occurs once in a round. */
  readonly rounds: number;
}

export interface StormResult {
  readonly seed: number;
  /** The text that a failing run prints. */
  readonly facts: string;
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly published: number;
  /** Of these, the ones that the subscriber received. */
  readonly received: number;
  readonly verdict: Verdict;
  readonly sessions: number;
  readonly server: Readonly<Counts>;
  readonly sockets: number;
  readonly mostLive: number;
  readonly requests: Requests;
  /** Of half-open links that had answered a ping before: the time until the client closed them. */
  readonly detections: readonly Measured[];
  /** From the end of all faults to the first event that was emitted after it. */
  readonly recovery: Measured;
  /** Places where the token can be read. */
  readonly secrets: readonly string[];
  /** Errors that no fault explains. */
  readonly strangeErrors: readonly string[];
}

export interface Measured {
  readonly ms: number;
  /** The longest delay of timers meanwhile. */
  readonly lagMs: number;
}

export interface Requests {
  readonly issued: number;
  readonly answered: number;
  readonly failed: Readonly<Partial<Record<WebSocketErrorCode, number>>>;
  readonly unsettled: number;
  /** Settled more than once, or with the answer to another request. */
  readonly misrouted: number;
}

const PUBLISH_EVERY_MS = 6;
const REQUEST_EVERY_MS = 15;
const REQUEST_TIMEOUT_MS = 300;

/** A link fault needs a link. If there is none within this time, it is skipped, and not counted. */
const LINK_WAIT_MS = 1_500;

/**
 * Only ends a storm whose client never recovers. While the machine is too busy to answer within the client's short
 * timeouts, each of its attempts fails.
 */
const BUSY_RECOVERY_MS = 150_000;

/** The envelope, for servers that are known to answer pings. */
const answeringProtocol: Protocol = {
  ...envelopeProtocol,
  name: 'envelope, pings answered',
  answersPings: 'surely',
};

/** The errors that a storm may cause. Everything else is a bug, ours or the test's. */
const expectedErrors: ReadonlySet<WebSocketErrorCode> = new Set([
  'connection-failed',
  'connect-timeout',
  'malformed-frame',
  // A garbled frame whose first byte was changed.
  'unrecognised-frame',
]);

/**
 * A link that ends right after a ping, before any was answered in time, looks as if the server refused it. Later it must
 * not.
 */
function isExpected({ code }: WebSocketServiceError, { all }: SocketWatch): boolean {
  return code === 'heartbeat-refused'
    ? all.every(({ hasAnsweredPing }) => !hasAnsweredPing)
    : expectedErrors.has(code);
}

/** Throws, with the seed and everything that the proxy did, when the client does not reconnect. */
export async function runStorm({ seed, rounds }: StormOptions): Promise<StormResult> {
  const random = createRandom(seed);
  const plan = planStorm(random, rounds);
  const ringSize = random.pick([50, 300, 100_000]);
  const overlap = random.pick([0, 5]);
  await using server = await startSessionServer({ ringSize, overlap, token: TOKEN });
  await using proxy = await startFaultProxy({ targetPort: server.port, random: createRandom(seed + 1) });
  const sockets = watchSockets();
  const service = createWebSocketService();
  const deliveries = keepLedger(service);
  const errors: WebSocketServiceError[] = [];
  const said = listen(service);
  const strangeErrors: string[] = [];
  service.errors$.subscribe((error) => {
    errors.push(error);
    if (!isExpected(error, sockets)) strangeErrors.push(`${error.code}: ${error}`);
  });
  const facts = (): string => describeStorm(seed, service.store.getState(), deliveries, proxy, plan);
  const publisher = startPublisher(server, random);
  const requests = startRequests(service, random);
  const lag = watchLag();
  const detections = watchDetections(sockets, lag);

  try {
    service.connect(configFor(`ws://127.0.0.1:${proxy.port}/ws?app=storm`, random, sockets, said));
    await until('the first connection', () => service.isConnected(), { facts });
    const counts = await runPlan(plan, { server, proxy }, random, {
      isConnected: () => service.isConnected(),
      isProven: () => service.isConnected() && sockets.live[0]?.hasAnsweredPing === true,
      attempts: () => sockets.all.length,
      onStall: detections.begin,
      onHeal: detections.end,
    });
    await proxy.pass();
    const healedAt = performance.now();
    const before = publisher.published();
    await until('an event that was emitted after the last fault', () => newestOf(deliveries) > before, {
      facts,
      deadlineMs: BUSY_RECOVERY_MS,
    });
    const recovery = { ms: performance.now() - healedAt, lagMs: lag.worstSince(healedAt) };

    requests.stop();
    publisher.stop();
    // One more, so that the client can notice a gap before the end.
    publisher.publish();
    const hasAll = (): boolean => {
      const { id, nextSeq } = positionOf(deliveries);
      // The session over which the client is connected. The newest one may never have been used: an attempt without the
      // session has opened it.
      const own = [...server.sessions.values()].find((session) => session.id === id);
      return own?.life === 'alive' && own.socket !== null && own.emitted.length === nextSeq;
    };
    await until('all that the server emitted', hasAll, { facts });
    await until('every request to be settled', () => requests.figures().unsettled === 0, { facts });
    const atEnd = service.store.getState();
    const notices = deliveries.filter(({ kind }) => kind === 'notice');
    // Not disposed of: `disconnect` alone must leave nothing, too.
    service.disconnect();
    await until('every socket of the client to be closed', () => sockets.unclosed === 0, { facts });

    return {
      seed,
      facts: facts(),
      faults: counts,
      published: publisher.published(),
      received: deliveries.filter((one) => one.kind === 'event' && one.event.event !== 'hello').length,
      verdict: compare(deliveries, server.sessions),
      sessions: server.sessions.size,
      server: { ...server.counts },
      sockets: sockets.all.length,
      mostLive: sockets.mostLive,
      requests: requests.figures(),
      detections: detections.all,
      recovery,
      secrets: findSecret({ said, errors, notices, atEnd }, TOKEN),
      strangeErrors,
    };
  } catch (thrown) {
    service.dispose();
    throw thrown;
  } finally {
    lag.stop();
    requests.stop();
    publisher.stop();
  }
}

/** The text that a failing run prints. */
function describeStorm(
  seed: number,
  state: { readonly status: string; readonly reconnectAttempts: number },
  deliveries: readonly Delivery[],
  proxy: FaultProxy,
  plan: readonly Step[],
): string {
  return [
    `seed ${seed}: ${state.status}, ${state.reconnectAttempts} failures in a row, ${deliveries.length} deliveries`,
    `plan: ${plan.map(({ kind, lastsMs, thenMs }) => `${kind} ${lastsMs}+${thenMs}`).join(', ')}`,
    ...proxy.log.map(({ atMs, what, links }) => `${String(atMs).padStart(6)} ms  ${what}  ×${links}`),
  ].join('\n');
}

interface Client {
  isConnected(): boolean;
  /** Whether it is connected and a ping has been answered over this link. */
  isProven(): boolean;
  /** Sockets made so far. */
  attempts(): number;
  onStall(): void;
  onHeal(): void;
}

/** Runs the plan step by step, and counts the faults that affected a link. */
async function runPlan(
  plan: readonly Step[],
  world: World,
  random: Random,
  client: Client,
): Promise<Record<FaultKind, number>> {
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const endings: Promise<void>[] = [];
  for (const { kind, lastsMs, thenMs } of plan) {
    const fault: Fault = faults[kind];
    if (fault.target === 'proven-link') {
      // The end of another fault must not end the stall that is measured here.
      await Promise.all(endings);
      await isTrueSoon(client.isProven, LINK_WAIT_MS);
    } else await isTrueSoon(client.isConnected, LINK_WAIT_MS);
    const attemptsBefore = client.attempts();
    if (kind === 'stall-down' || kind === 'stall-both') client.onStall();
    const links = fault.start(world, random);
    if (fault.target !== 'door' && links > 0) counts[kind] += 1;
    const end = async (): Promise<void> => {
      await pause(lastsMs);
      if (fault.target === 'door' && client.attempts() > attemptsBefore) counts[kind] += 1;
      // Each of these heals every link that is stalled.
      if (fault.target !== 'door') client.onHeal();
      await fault.stop?.(world);
    };
    if (fault.stop !== undefined) endings.push(end());
    await pause(thenMs);
  }
  await Promise.all(endings);
  return counts;
}

async function isTrueSoon(condition: () => boolean, withinMs: number): Promise<boolean> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > withinMs) return false;
    await pause(2);
  }
  return true;
}

function configFor(url: string, random: Random, sockets: SocketWatch, said: unknown[]): IWebSocketConfig {
  const log = (message: string, details?: unknown): void => void said.push(message, details);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  return {
    url: random.pick<IWebSocketConfig['url']>([url, () => url, () => Promise.resolve(url)]),
    token: random.pick<IWebSocketConfig['token']>([TOKEN, () => TOKEN, () => pause(2).then(() => TOKEN)]),
    protocol: random.pick([envelopeProtocol, answeringProtocol]),
    batch: random.pick(['frame', 'microtask', 'sync']),
    backoff: random.pick(['vendor', 'decorrelated']),
    WebSocket: sockets.WebSocket,
    ...times,
    reconnectAttempts: Number.POSITIVE_INFINITY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A byte that the network has changed makes a server close with 1002 or 1007: here, that is no reason to stop.
    closePolicy: () => 'retry',
    logger,
    random: random.next,
  };
}

/** Everything that is public: every status with all its fields. The logger adds its lines. */
function listen({ store }: WebSocketService): unknown[] {
  const said: unknown[] = [];
  store.subscribe((state, before) => {
    if (state.status !== before.status || state.error !== before.error) said.push(state);
  });
  return said;
}

function startPublisher(
  server: SessionServer,
  random: Random,
): { readonly published: () => number; readonly publish: () => void; readonly stop: () => void } {
  let published = 0;
  const publish = (): void => {
    const burst = random.next() < 0.01 ? 100 : random.between(1, 3);
    for (let sent = 0; sent < burst; sent += 1) {
      published += 1;
      const text = 'x'.repeat(published % 90);
      server.publish(random.pick(['tick', 'tock', 'posted']), { n: published, text });
    }
  };
  const timer = setInterval(publish, PUBLISH_EVERY_MS);
  return { published: () => published, publish, stop: () => clearInterval(timer) };
}

function startRequests(
  service: WebSocketService,
  random: Random,
): { readonly stop: () => void; readonly figures: () => Requests } {
  let issued = 0;
  let answered = 0;
  let misrouted = 0;
  let settled = 0;
  const failed: Partial<Record<WebSocketErrorCode, number>> = {};

  const issue = async (): Promise<void> => {
    issued += 1;
    const data = { request: issued };
    const kind = random.pick(['echo', 'echo', 'echo', 'ignore', 'fail']);
    try {
      const answer = await service.request(kind, data, abortOptions(random));
      if (kind !== 'echo' || JSON.stringify(answer) !== JSON.stringify(data)) misrouted += 1;
      answered += 1;
    } catch (thrown) {
      const code = thrown instanceof WebSocketServiceError ? thrown.code : 'handler-failed';
      failed[code] = (failed[code] ?? 0) + 1;
      if (code === 'request-failed' && kind !== 'fail') misrouted += 1;
    }
    settled += 1;
  };
  const timer = setInterval(() => {
    // Without a link it fails at once: a few of those are enough.
    if (service.isConnected() || random.next() < 0.1) void issue();
  }, REQUEST_EVERY_MS);

  return {
    stop: () => clearInterval(timer),
    figures: () => ({ issued, answered, failed, unsettled: issued - settled, misrouted }),
  };
}

function abortOptions(random: Random): { readonly signal?: AbortSignal } {
  if (random.next() > 0.1) return {};
  const controller = new AbortController();
  setTimeout(() => controller.abort(), random.between(0, 60));
  return { signal: controller.signal };
}

/** How long the client keeps a half-open link. Only links that have answered a ping before. */
function watchDetections(
  sockets: SocketWatch,
  lag: LagWatch,
): {
  readonly all: readonly Measured[];
  readonly begin: () => void;
  readonly end: () => void;
} {
  const all: Measured[] = [];
  let end = (): void => undefined;
  return {
    all,
    begin() {
      end();
      const [socket] = sockets.live;
      if (socket === undefined || !socket.hasAnsweredPing) return;
      const stalledAt = performance.now();
      end = () => {
        end = () => undefined;
        const endedAt = socket.state === 'live' ? performance.now() : socket.endedAt;
        const isOurs = socket.state === 'live' || socket.closedWith === 4000;
        // A stall that was too short to be noticed counts with its length: only the maximum matters.
        if (isOurs && endedAt !== null)
          all.push({ ms: endedAt - stalledAt, lagMs: lag.worstSince(stalledAt) });
      };
    },
    end: () => end(),
  };
}

function newestOf(deliveries: readonly Delivery[]): number {
  const newest = deliveries.findLast((one) => one.kind === 'event' && one.event.event !== 'hello');
  return newest?.kind === 'event' ? (newest.event.data as { readonly n: number }).n : 0;
}

/** Composes a hub: a log, the space that reads it, and the sockets that were accepted. */
import { randomUUID } from 'node:crypto';
import { createAskJoin } from './ask-join.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import type { RecordFate } from './held-session.ts';
import { HubError } from './hub-error.ts';
import { describe, type Handlers } from './inbound.ts';
import { isChannelName } from './join-message.ts';
import { memoryLog } from './log/memory-log.ts';
import { OpenSocket, type SocketParts } from './socket.ts';
import { createSpace } from './space.ts';
import { createTurn } from './turn.ts';
import type {
  DroppedMessage,
  Hub,
  HubChannels,
  HubLimits,
  HubOptions,
  HubRequest,
  HubTypes,
  LeaveOptions,
  NewEntry,
  Position,
  RefusedResume,
  Untyped,
} from './types.ts';

const defaultLimits: Required<HubLimits> = {
  frameBytes: 65_536,
  slowBytes: 4 * 1024 * 1024,
  sessionsPerUser: 50,
  messagesPerSecond: 100,
  channelsPerSession: 1_000,
};

/** How often sockets are pinged. One that does not answer until the next is cut. */
const PING_MS = 30_000;

const DRAIN_MS = 10_000;

const silent = { info() {}, warn() {}, error() {} };

/**
 * Numbered sessions for the sockets of an HTTP server, which a client continues after a lost link.
 *
 * ```ts
 * const hub = createHub<App>({
 *   authenticate: ({ token }) => userOf(token),
 *   identify: (user) => user.id,
 *   requests: { add: ({ a, b }) => a + b },
 * });
 * new WebSocketServer({ port: 8080 }).on('connection', hub.accept);
 * await hub.publish({ user: 'ada' }, 'posted', post);
 * ```
 *
 * Throws a `TypeError` if `authenticate`, `identify` or `channels.join` is no function, a limit is no number above 0, or a
 * message or request has a name that the protocol uses itself.
 */
export function createHub<App extends HubTypes = Untyped, Request extends HubRequest = HubRequest>(
  options: HubOptions<App, Request>,
): Hub<App, Request> {
  const { log = memoryLog(), logger = silent, clock = Date.now, random = Math.random } = options;
  const limits = checkedLimits(options.limits);
  for (const name of ['authenticate', 'identify'] as const)
    if (typeof options[name] !== 'function') throw new TypeError(`createHub: ${name} must be a function.`);
  if (options.channels && typeof options.channels.join !== 'function')
    throw new TypeError('createHub: channels.join must be a function.');
  checkNames(options as Named);

  const sockets = new Set<OpenSocket>();
  const refused: Record<RefusedResume, number> = { unknown: 0, foreign: 0, malformed: 0, trimmed: 0 };
  const closed: Record<number, number> = {};
  const dropped: Record<DroppedMessage, number> = { 'too-many-messages': 0, busy: 0 };
  let resumed = 0;
  let phase: 'open' | 'draining' | 'closed' = 'open';

  const closeAll = (code: CloseCode, reason: string, fate?: RecordFate): void => {
    for (const socket of [...sockets]) socket.close(code, reason, fate);
  };

  const space = createSpace({
    log,
    logger,
    clock,
    random,
    onTrimmed() {
      logger.error(
        'Entries were removed from the log before this process had read them. Its sessions begin anew.',
      );
      closeAll(closeCodes.restarting, 'The session can not be continued.', 'forgotten');
    },
  });

  const append = async (entry: NewEntry): Promise<Position> => {
    if (phase === 'closed') throw new HubError({ id: 'closed', message: 'The hub is closed.' });
    try {
      await space.started();
      return await log.append(entry);
    } catch (cause) {
      throw new HubError({
        id: 'log-unavailable',
        message: 'The log can not be reached, so the event may not have been stored.',
        cause,
      });
    }
  };

  const publish = async (target: object, event: string, data: unknown): Promise<Position> => {
    checkTarget(target);
    const text = toJson(event, data);
    return await append({ kind: 'event', target: target as { all: true }, event, data: text });
  };

  const leave = async (
    target: object,
    channel: string,
    { reason = null }: { readonly reason?: string | null } = {},
  ): Promise<void> => {
    checkTarget(target);
    if ('channel' in target || typeof channel !== 'string' || !isChannelName(channel))
      throw new HubError({
        id: 'invalid-target',
        message: 'Give { all: true }, { user } or { session }, and a channel.',
      });
    await append({
      kind: 'left',
      target: target as { all: true },
      channel,
      reason: reason && String(reason),
    });
  };

  const parts: SocketParts = {
    log,
    space,
    limits,
    logger,
    clock,
    turn: createTurn(),
    origins: options.origins,
    tokenIn: options.tokenIn ?? 'handshake',
    hasChannels: Boolean(options.channels),
    askJoin: options.channels && createAskJoin(options.channels as HubChannels, logger),
    handlers: {
      requests: options.requests ?? {},
      messages: options.messages ?? {},
      schemas: options.schemas ?? {},
    } as Handlers,
    async authenticate(token, request, signal) {
      try {
        const user = await options.authenticate({ token, request: request as Request, signal });
        if (user === null || user === undefined) return null;
        const identity: unknown = options.identify(user);
        // With `undefined`, all users would be one.
        if (typeof identity !== 'string' || identity === '')
          throw new TypeError('identify must return a text that is not empty.');
        return { user, identity };
      } catch (thrown) {
        logger.error('authenticate or identify failed.', { error: withoutToken(describe(thrown), token) });
        return 'failed';
      }
    },
    publishTo: (session, event, data) => publish({ session }, event, data),
    leave: (session, channel, given) => leave({ session }, channel, given),
    onClosed(socket, code) {
      sockets.delete(socket);
      if (code !== null) closed[code] = (closed[code] ?? 0) + 1;
    },
    onDropped: (why) => {
      dropped[why] += 1;
    },
    onResumed: () => {
      resumed += 1;
    },
    onRefused: (why) => {
      refused[why] += 1;
    },
  };

  /** Records expire if their process dies. Refreshed three times as often as they would. */
  const keepTimer = setInterval(() => {
    for (const { held } of [...sockets])
      held
        ?.save()
        .catch((thrown) => logger.warn('A session could not be kept.', { error: describe(thrown) }));
  }, log.keepMs / 3);
  keepTimer.unref?.();
  const pingTimer = setInterval(() => {
    const text = randomUUID();
    for (const socket of [...sockets]) socket.ping(text);
  }, PING_MS);
  pingTimer.unref?.();

  const close = (): void => {
    if (phase === 'closed') return;
    phase = 'closed';
    closeAll(closeCodes.restarting, 'The server is restarting.');
    space.stop();
    clearInterval(keepTimer);
    clearInterval(pingTimer);
  };

  return {
    accept(socket, request) {
      if (phase !== 'open') {
        // Without a listener, a broken frame would end the process.
        socket.on('error', () => undefined);
        return socket.close(closeCodes.restarting, 'The server is restarting.');
      }
      sockets.add(new OpenSocket(socket, request, parts));
    },
    publish: (target, event, ...[data]) => publish(target, event, data),
    leave: (target, channel, given?: LeaveOptions) => leave(target, channel as string, given),
    stats: () => ({
      sockets: sockets.size,
      sessions: [...sockets].filter(({ held }) => held !== undefined).length,
      logLagMs: space.lagMs,
      resumed,
      refused: { ...refused },
      closed: { ...closed },
      dropped: { ...dropped },
    }),
    async drain({ overMs = DRAIN_MS } = {}) {
      if (phase === 'open') phase = 'draining';
      const open = [...sockets];
      const pauseMs = overMs / Math.max(open.length, 1);
      for (const [index, socket] of open.entries()) {
        if (index > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
        socket.close(closeCodes.restarting, 'The server is restarting.');
      }
    },
    close,
  };
}

const OWN_EVENTS: readonly string[] = ['hello', 'left'];

/** The app may have put it into its error. */
function withoutToken(words: string, token: string | undefined): string {
  return token ? words.replaceAll(token, '<token>') : words;
}

interface Named {
  readonly requests?: object;
  readonly messages?: object;
  readonly channels?: object;
}

/** A handler with such a name would never be called. */
function checkNames({ requests, messages, channels }: Named): void {
  const taken = ['authenticate', ...(channels ? ['join', 'leave'] : [])];
  const name = [requests, messages]
    .flatMap((handlers) => Object.keys(handlers ?? {}))
    .find((one) => taken.includes(one));
  if (name !== undefined)
    throw new TypeError(`createHub: "${name}" is a message of the protocol. Choose another name.`);
}

/** Stored in the log, a wrong target would reach every process. */
function checkTarget(target: unknown): void {
  const { all, user, session, channel } = Object(target) as Record<string, unknown>;
  const names = [user, session, channel].filter((name) => name !== undefined);
  const isFit = all === true ? names.length === 0 : names.length === 1 && typeof names[0] === 'string';
  if (!isFit)
    throw new HubError({
      id: 'invalid-target',
      message: 'A target is { all: true }, { user }, { session } or { channel }, with a text.',
    });
}

function toJson(event: string, data: unknown): string {
  if (typeof event !== 'string' || event === '')
    throw new HubError({ id: 'invalid-event', message: 'An event needs a name.' });
  // To a client, it would be a new session, or the end of a membership.
  if (OWN_EVENTS.includes(event))
    throw new HubError({
      id: 'invalid-event',
      message: `"${event}" is an event of the protocol. Choose another name.`,
    });
  try {
    return JSON.stringify(data) ?? 'null';
  } catch (cause) {
    throw new HubError({ id: 'not-serializable', message: `The data of "${event}" is not JSON.`, cause });
  }
}

function checkedLimits(given: HubLimits = {}): Required<HubLimits> {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(limits) as (keyof HubLimits)[]) {
    const value = given[name] ?? limits[name];
    if (!(value > 0)) throw new TypeError(`createHub: limits.${name} must be a number above 0.`);
    limits[name] = value;
  }
  return limits;
}

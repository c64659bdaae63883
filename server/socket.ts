/** One socket, from its handshake to its end: who is it, which session, then events out and messages in. */
import { randomUUID } from 'node:crypto';
import { type CloseCode, closeCodes } from './close-codes.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { helloFrame } from './frames.ts';
import { isAllowedOrigin, readHandshake } from './handshake.ts';
import { createInbound, describe, type Handlers } from './inbound.ts';
import { type Claim, isTakenOver, judgeResume } from './session.ts';
import type { Space } from './space.ts';
import type {
  EventLog,
  HubLimits,
  HubLogger,
  HubRequest,
  HubSession,
  HubSocket,
  Position,
  RefusedResume,
  SessionRecord,
} from './types.ts';

/** What all sockets of a hub use. */
export interface SocketParts {
  readonly log: EventLog;
  readonly space: Space;
  readonly handlers: Handlers;
  readonly limits: Required<HubLimits>;
  readonly logger: HubLogger;
  readonly clock: () => number;
  readonly origins: readonly string[] | undefined;
  /** The user and its identity, or null. */
  readonly authenticate: (
    token: string | undefined,
    request: HubRequest,
    signal: AbortSignal,
  ) => Promise<{ readonly user: unknown; readonly identity: string } | null | 'failed'>;
  readonly publishTo: (session: string, event: string, data: unknown) => Promise<Position>;
  readonly onResumed: () => void;
  readonly onRefused: (why: RefusedResume) => void;
}

export interface OpenSocket {
  /** The session's record, for as long as this socket holds it. */
  readonly record: SessionRecord | undefined;
  /** Closes the socket. It does nothing afterwards. */
  close(code: CloseCode, reason: string): void;
  ping(): void;
}

/** How long a client has to say who it is, and `authenticate` to answer. */
const AUTHENTICATE_MS = 5_000;

/** `onClosed` is called once, with the code if the hub closed the socket. */
export function openSocket(
  socket: HubSocket,
  request: HubRequest,
  parts: SocketParts,
  onClosed: (code: CloseCode | null) => void,
): OpenSocket {
  const { log, space, limits, logger, authenticate } = parts;
  const lifetime = new AbortController();
  const owner = randomUUID();
  let record: SessionRecord | undefined;
  let delivery: Delivery | undefined;
  let claim: Claim = { owner, position: null };
  let stopWatching: (() => void) | undefined;
  let onToken: (token: string) => void = () => {};
  let isAnswered = true;

  const end = (code: CloseCode | null): void => {
    if (lifetime.signal.aborted) return;
    lifetime.abort();
    inbound.stop();
    delivery?.stop();
    stopWatching?.();
    // The session is kept from now on. Not one that was ended, or that another socket has.
    const isKept = code !== closeCodes.takenOver && code !== closeCodes.ended;
    if (record && isKept)
      log
        .saveSession(record, log.keepMs)
        .catch((thrown) => logger.warn('A session could not be kept.', { error: describe(thrown) }));
    record = undefined;
    onClosed(code);
  };

  const close = (code: CloseCode, reason: string): void => {
    end(code);
    socket.close(code, reason);
  };

  /** Without a handshake, which would wait behind what the client does not read. */
  const cut = (): void => {
    end(null);
    if (socket.terminate) socket.terminate();
    else socket.close(closeCodes.restarting, '');
  };

  const inbound = createInbound({
    ...parts,
    ...limits,
    send(text) {
      socket.send(text);
      // Replies wait in the same buffer as events.
      if ((socket.bufferedAmount ?? 0) > limits.slowBytes) cut();
    },
    close,
    position: () => delivery?.position() ?? null,
    onToken: (token) => onToken(token),
  });

  const isOver = (): boolean => lifetime.signal.aborted;

  /** Asks the app who this is: with the token of the handshake, and if there is none, with one in the first message too. */
  const findUser = async (token: string | undefined): ReturnType<SocketParts['authenticate']> => {
    const controller = new AbortController();
    const { signal } = controller;
    const abort = (): void => controller.abort();
    const timer = setTimeout(abort, AUTHENTICATE_MS);
    lifetime.signal.addEventListener('abort', abort, { once: true });
    const late = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)));
    const fromMessage = new Promise<string>((resolve) => {
      onToken = resolve;
    });
    try {
      const found = await Promise.race([authenticate(token, request, signal), late]);
      if (found !== null || token !== undefined || signal.aborted) return found;
      const said = await Promise.race([fromMessage, late]);
      return said === null ? null : await Promise.race([authenticate(said, request, signal), late]);
    } finally {
      clearTimeout(timer);
    }
  };

  /** Someone else continues the session, or it was ended. */
  const watch = (sessionId: string): void => {
    stopWatching = space.watch(sessionId, (entry) => {
      if (entry.kind === 'ended') close(closeCodes.ended, 'The user has too many sessions.');
      else if (isTakenOver(sessionId, claim, entry))
        close(closeCodes.takenOver, 'Another connection continues this session.');
    });
  };

  const startDelivery = (
    { id, user, channels }: SessionRecord,
    from: Position,
    nextSeq: number,
  ): ReturnType<Delivery['start']> => {
    const reader = { id, user, channels: new Map(Object.entries(channels)) };
    delivery = createDelivery({ socket, log, space, reader, slowBytes: limits.slowBytes, onSlow: cut });
    return delivery.start(from, nextSeq);
  };

  /** Whether the session goes on. */
  const resume = async (identity: string): Promise<boolean> => {
    const { resume: asked } = readHandshake(request);
    if (asked === null) return false;
    watch(asked.id);
    const known = await log.loadSession(asked.id);
    const verdict = judgeResume(known, identity, asked);
    if (verdict === 'resume' && known !== null && !isOver()) {
      // Its place in the log decides between two sockets that want the same session.
      claim = { owner, position: await log.append({ kind: 'claim', session: known.id, owner }) };
      if (isOver()) return true;
      record = known;
      const outcome = await startDelivery(known, asked.position, asked.nextSeq);
      if (outcome !== 'trimmed') return true;
      record = undefined;
      delivery?.stop();
    }
    parts.onRefused(verdict === 'resume' ? 'trimmed' : verdict);
    stopWatching?.();
    return false;
  };

  const makeRoom = async (identity: string): Promise<void> => {
    const theirs = await log.sessionsOf(identity);
    for (const id of theirs.slice(0, Math.max(theirs.length + 1 - limits.sessionsPerUser, 0))) {
      await log.endSession(id);
      await log.append({ kind: 'ended', session: id });
    }
  };

  const begin = async (identity: string): Promise<void> => {
    await makeRoom(identity);
    const id = randomUUID();
    const fresh: SessionRecord = { id, user: identity, since: space.cursor, channels: {} };
    claim = { owner, position: fresh.since };
    watch(id);
    // Before the hello: a client that has seen it may come back to any process.
    await log.saveSession(fresh, log.keepMs);
    if (isOver()) return;
    record = fresh;
    socket.send(helloFrame(id, fresh.since));
    // The log does not have what this process has read: it was lost, or the process stood still. The client comes back.
    if ((await startDelivery(fresh, fresh.since, 1)) !== 'trimmed') return;
    await log.append({ kind: 'marker' });
    close(closeCodes.restarting, 'The session can not begin.');
  };

  const welcome = async (): Promise<void> => {
    if (!isAllowedOrigin(request, parts.origins))
      return close(closeCodes.forbidden, 'This origin may not connect.');
    const found = await findUser(readHandshake(request).token);
    if (isOver()) return;
    // The client keeps its token and comes back: an outage must not sign it out.
    if (found === 'failed') return close(closeCodes.unavailable, 'Come back later.');
    if (found === null) return close(closeCodes.unauthorized, 'Not signed in.');
    const { user, identity } = found;
    try {
      await space.started();
      if (await resume(identity)) parts.onResumed();
      else if (!isOver()) await begin(identity);
    } catch (thrown) {
      logger.warn('The log can not be reached.', { error: describe(thrown) });
      return close(closeCodes.unavailable, 'Come back later.');
    }
    if (record === undefined) return;
    const { id } = record;
    inbound.open({
      id,
      user,
      publish: (event: string, data?: unknown) => parts.publishTo(id, event, data),
    } as HubSession);
  };

  socket.on('message', (data, isBinary) => inbound.receive(data, isBinary));
  socket.on('close', () => end(null));
  // `close` follows. Without a listener, `ws` would throw.
  socket.on('error', () => undefined);
  socket.on('pong', () => {
    isAnswered = true;
  });
  // A microtask later: `onClosed` needs what this function returns.
  Promise.resolve()
    .then(welcome)
    .catch((thrown) => {
      logger.error('A socket could not be accepted.', { error: describe(thrown) });
      close(closeCodes.unavailable, 'Come back later.');
    });

  return {
    get record() {
      return record;
    },
    close,
    ping() {
      if (!socket.ping || isOver()) return;
      if (!isAnswered) return cut();
      isAnswered = false;
      socket.ping();
    },
  };
}

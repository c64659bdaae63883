/** One socket, from its handshake to its end: who is it, which session, then entries out and messages in. */
import { randomUUID } from 'node:crypto';
import type { AskJoin } from './ask-join.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import { isAllowedOrigin, readHandshake } from './handshake.ts';
import type { HeldSession, RecordFate } from './held-session.ts';
import { type Authenticate, createIdentification } from './identification.ts';
import { createInbound, describe, type Handlers } from './inbound.ts';
import { createSessionOpening } from './open-session.ts';
import type { Space } from './space.ts';
import type {
  DroppedMessage,
  EventLog,
  HubLimits,
  HubLogger,
  HubRequest,
  HubSession,
  HubSocket,
  LeaveOptions,
  Position,
  RefusedResume,
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
  readonly tokenIn: 'handshake' | 'message';
  readonly authenticate: Authenticate;
  /** Undefined: the hub has no channels. */
  readonly askJoin: AskJoin | undefined;
  readonly publishTo: (session: string, event: string, data: unknown) => Promise<Position>;
  readonly leave: (session: string, channel: string, options: LeaveOptions | undefined) => Promise<void>;
  readonly onResumed: () => void;
  readonly onRefused: (why: RefusedResume) => void;
  readonly onDropped: (why: DroppedMessage) => void;
}

export interface OpenSocket {
  /** The session, for as long as this socket holds it. */
  readonly held: HeldSession | undefined;
  /** Closes the socket. It does nothing afterwards. `fate`: what becomes of the session; default `kept`. */
  close(code: CloseCode, reason: string, fate?: RecordFate): void;
  ping(): void;
}

/** `onClosed` is called once, with the code if the hub closed the socket. */
export function openSocket(
  socket: HubSocket,
  request: HubRequest,
  parts: SocketParts,
  onClosed: (code: CloseCode | null) => void,
): OpenSocket {
  const { limits, logger, authenticate } = parts;
  const lifetime = new AbortController();
  /** Who the socket was opened for. */
  let known: string | undefined;
  /** The text of the ping that was not answered yet. */
  let unanswered: string | undefined;

  const isOver = (): boolean => lifetime.signal.aborted;

  const end = (code: CloseCode | null, fate: RecordFate = 'kept'): void => {
    if (isOver()) return;
    lifetime.abort();
    inbound.stop();
    opening.end(fate);
    onClosed(code);
  };

  const close = (code: CloseCode, reason: string, fate?: RecordFate): void => {
    end(code, fate);
    socket.close(code, reason);
  };

  /** Without a handshake, which would wait behind what the client does not read. */
  const cut = (): void => {
    end(null);
    if (socket.terminate) socket.terminate();
    else socket.close(closeCodes.restarting, '');
  };

  const opening = createSessionOpening({ ...parts, socket, isOver, close, cut });

  const handshake = readHandshake(request);
  const identification = createIdentification({
    ...{ authenticate, request, token: handshake.token, tokenIn: parts.tokenIn },
    lifetime: lifetime.signal,
  });

  /** A token, though it is known who the client is: it has to be that one's. */
  const checkToken = async (token: string, accept: () => void): Promise<void> => {
    const found = await authenticate(token, request, lifetime.signal);
    if (isOver()) return;
    if (found === 'failed') return close(closeCodes.unavailable, 'Come back later.');
    if (found?.identity === known) return accept();
    if (found !== null)
      logger.error(
        'A client has sent its token after it was let in without one, as another user. Set tokenIn to "message".',
      );
    close(closeCodes.unauthorized, 'Not signed in.');
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
    progress: () => opening.delivery?.progress() ?? null,
    onToken(token, accept) {
      if (known === undefined) identification.onToken(token, accept);
      else void checkToken(token, accept);
    },
    onOther: identification.onOther,
    identity: () => known,
  });

  const sessionOf = (user: unknown, id: string, channels: () => Iterable<string>): HubSession => ({
    id,
    user,
    get channels() {
      return [...channels()];
    },
    publish: (event: string, data?: unknown) => parts.publishTo(id, event, data),
    leave: (channel, options) => parts.leave(id, channel, options),
  });

  const welcome = async (): Promise<void> => {
    if (!isAllowedOrigin(request, parts.origins))
      return close(closeCodes.forbidden, 'This origin may not connect.');
    const found = await identification.find();
    if (isOver()) return;
    // The client keeps its token and comes back: an outage must not sign it out.
    if (found === 'failed') return close(closeCodes.unavailable, 'Come back later.');
    if (found === null) return close(closeCodes.unauthorized, 'Not signed in.');
    const { user, identity } = found;
    known = identity;
    await parts.space.started();
    const opened = await opening.open({
      ...{ identity, resume: handshake.resume },
      sessionOf: (id, channels) => sessionOf(user, id, channels),
    });
    if (opened !== null && !isOver()) inbound.open(opened);
  };

  socket.on('message', (data, isBinary) => inbound.receive(data, isBinary));
  socket.on('close', () => end(null));
  // `close` follows. Without a listener, `ws` would throw.
  socket.on('error', () => undefined);
  socket.on('pong', (data) => {
    // A client that reads nothing can send pongs, too. Sockets that do not pass on the text are trusted.
    if (data === undefined || String(data) === unanswered) unanswered = undefined;
  });
  // A microtask later: `onClosed` needs what this function returns.
  Promise.resolve()
    .then(welcome)
    .catch((thrown) => {
      logger.warn('A session can not be opened: the log can not be reached, or channels.join failed.', {
        error: describe(thrown),
      });
      close(closeCodes.unavailable, 'Come back later.');
    });

  return {
    get held() {
      return opening.held;
    },
    close,
    ping() {
      if (!socket.ping || isOver()) return;
      if (unanswered !== undefined) return cut();
      unanswered = randomUUID();
      socket.ping(unanswered);
    },
  };
}
